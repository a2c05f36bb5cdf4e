using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Generation;

/// <summary>
/// Streaming inference: a network that reads one row step by step and carries its state. Each step gives exactly the output for the row so far, to the bit.
/// A step takes the same time whatever the row's length, and allocates nothing.
/// </summary>
/// <remarks>Not thread-safe. Several can share one set of parameters, each for a row of its own.</remarks>
public sealed class SteppedNetwork
{
    /// <summary>Steps of a second input (a word's characters) for which a step has room without allocating.</summary>
    private const int UsualSteps = 32;

    private readonly ReadOnlyMemory<float> _parameters;
    private readonly SharedWeights? _weights;
    private readonly float[] _state;
    private Replica _replica;
    private bool _hasState;

    /// <param name="parameters">(P). Read by every step, so it must not change while the network is in use.</param>
    /// <param name="weights">Packed weights shared with other networks of the same parameters; null to pack its own.</param>
    /// <exception cref="InvalidInputException">A layer needs the whole row at once.</exception>
    public SteppedNetwork(Model model, ReadOnlyMemory<float> parameters, SharedWeights? weights = null)
    {
        ModelCheck.IsCausal(model);
        (_parameters, _weights) = (parameters, weights);
        _replica = CreateReplica(model, UsualSteps);
        _state = new float[model.StateWidth];
    }

    public Model Model => _replica.Model;

    /// <summary>(F): the values of the next step, to be written before <see cref="Step()"/>.</summary>
    public Span<float> Values => _replica.Input.Values[.._replica.Input.Features];

    /// <summary>The network's outputs after the last step.</summary>
    /// <exception cref="InvalidOperationException">No step was made.</exception>
    public ReadOnlySpan<float> Outputs =>
        _hasState ? _replica.Output.Values[.._replica.Output.Features] : throw new InvalidOperationException("Make a step first.");

    /// <summary>The recurrent state, as wide as the model's states together. A copy given to <see cref="Restore"/> later resumes the row from here.</summary>
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

    /// <summary>Reads a token of the first input and the tokens of the second that belong to it: a word and its characters.</summary>
    /// <param name="others">At least one. More than ever before allocate memory.</param>
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

    /// <summary>Resumes the row whose <see cref="State"/> this was.</summary>
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
