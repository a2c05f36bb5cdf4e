using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Generation;

/// <summary>
/// A network that reads one row step by step and carries its state. After each step it gives what it would give for the row so far, to the bit. A step costs
/// the same whatever the length of the row, and allocates nothing.
/// </summary>
/// <remarks>Not for several threads at once. Many may read over one set of parameters, each a row of its own.</remarks>
public sealed class SteppedNetwork
{
    /// <summary>Steps of a second input that a step may have without making room for more: the characters of a word.</summary>
    private const int UsualSteps = 32;

    private readonly ReadOnlyMemory<float> _parameters;
    private readonly SharedWeights? _weights;
    private readonly float[] _state;
    private Replica _replica;
    private bool _hasState;

    /// <param name="parameters">(P), read as long as it is used.</param>
    /// <param name="weights">What it shares with others that compute with the same parameters; null where it is alone.</param>
    /// <exception cref="InvalidInputException">A layer looks at a row as a whole.</exception>
    public SteppedNetwork(Model model, ReadOnlyMemory<float> parameters, SharedWeights? weights = null)
    {
        ModelCheck.LooksBackOnly(model);
        (_parameters, _weights) = (parameters, weights);
        _replica = CreateReplica(model, UsualSteps);
        _state = new float[model.StateWidth];
    }

    public Model Model => _replica.Model;

    /// <summary>(F): the values of the next step, to be written before <see cref="Step()"/>.</summary>
    public Span<float> Values => _replica.Input.Values[.._replica.Input.Features];

    /// <summary>What the network gives after the last step.</summary>
    /// <exception cref="InvalidOperationException">There was none.</exception>
    public ReadOnlySpan<float> Outputs =>
        _hasState ? _replica.Output.Values[.._replica.Output.Features] : throw new InvalidOperationException("Make a step first.");

    /// <summary>The recurrent state, (model's state width): kept elsewhere and given back by <see cref="Restore"/>, the row goes on from here.</summary>
    public ReadOnlySpan<float> State => _state;

    /// <summary>Reads <see cref="Values"/>.</summary>
    public void Step()
    {
        _replica.Forward(_replica.Inference(rows: 1, _hasState), _state, _state);
        _hasState = true;
    }

    /// <summary>Reads a token.</summary>
    public void Step(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _replica.Model.Input.Vocabulary);
        _replica.Input.Tokens[0] = token;
        Step();
    }

    /// <summary>Reads a token of the first input, and those of the second that belong to it: a word and its characters.</summary>
    /// <param name="others">At least one. More than ever before take new memory.</param>
    public void Step(int token, ReadOnlySpan<int> others)
    {
        ArgumentOutOfRangeException.ThrowIfZero(others.Length, nameof(others));
        Model model = _replica.Model;
        if (model.Inputs.Count != 2) throw new InvalidOperationException("The model reads one input.");
        if (others.Length > _replica.Layouts[1].MaxSteps) _replica = CreateReplica(model, Math.Max(others.Length, 2 * _replica.Layouts[1].MaxSteps));
        foreach (int other in others)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(other, nameof(others));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(other, model.Inputs[1].Shape.Vocabulary, nameof(others));
        }

        ReadOnlySpan<int> lengths = [1, others.Length];
        for (int input = 0; input < 2; input++) _replica.Layouts[input].Fill(lengths.Slice(input, 1));
        others.CopyTo(_replica.Inputs[1].Tokens);
        Step(token);
    }

    /// <summary>Begins another row.</summary>
    public void Reset() => _hasState = false;

    /// <summary>Goes on with a row whose <see cref="State"/> this was.</summary>
    public void Restore(ReadOnlySpan<float> state)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(state.Length, _state.Length);
        state.CopyTo(_state);
        _hasState = true;
    }

    private Replica CreateReplica(Model model, int steps)
    {
        var replica = model.Inputs.Count == 1
            ? new Replica(model, steps: 1, capacity: 1, training: false, shared: _weights)
            : new Replica(model, [new SequenceLayout(1, 1, isRagged: true), new SequenceLayout(steps, 1, isRagged: true)], training: false, shared: _weights);
        replica.Prepare(_parameters);
        return replica;
    }
}
