using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Generation;

/// <summary>
/// A network that reads one row step by step, its state carried: what it gives after each step is what it would give for the row so far, to the bit. A step
/// costs the same whatever the length of the row, and allocates nothing.
/// </summary>
/// <remarks>Not for several threads at once. Many may read over one set of parameters, each a row of its own.</remarks>
public sealed class SteppedNetwork
{
    private readonly Replica _replica;
    private readonly float[] _state;
    private bool _hasState;

    /// <param name="parameters">(P), read as long as it is used.</param>
    /// <param name="weights">What it shares with others that compute with the same parameters; null where it is alone.</param>
    /// <exception cref="InvalidInputException">A layer looks at a row as a whole.</exception>
    public SteppedNetwork(Model model, ReadOnlyMemory<float> parameters, SharedWeights? weights = null)
    {
        ModelCheck.LooksBackOnly(model);
        _replica = new Replica(model, steps: 1, capacity: 1, training: false, shared: weights);
        _replica.Prepare(parameters);
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

    /// <summary>Begins another row.</summary>
    public void Reset() => _hasState = false;

    /// <summary>Goes on with a row whose <see cref="State"/> this was.</summary>
    public void Restore(ReadOnlySpan<float> state)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(state.Length, _state.Length);
        state.CopyTo(_state);
        _hasState = true;
    }
}
