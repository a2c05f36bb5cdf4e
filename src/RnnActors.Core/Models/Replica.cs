using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Training;

namespace RnnActors.Core.Models;

/// <summary>
/// A model at work on one thread: its layers' passes and all their memory, allocated once for so many steps and at most so many rows. Parameters are read,
/// never owned.
/// </summary>
public sealed class Replica
{
    private readonly LayerPass[] _passes;
    private readonly int[] _stateAt;
    private readonly ReplicaWeights? _weights;

    /// <param name="training">Whether backward passes will run.</param>
    /// <param name="inputGradient">Whether the gradient with respect to the input is wanted too.</param>
    /// <param name="shared">What it shares with the process's other replicas of the model; null where it is alone.</param>
    /// <param name="shardRows">The fewest rows of a shard of a whole batch, which tells how the parameters' gradient is summed.</param>
    /// <param name="helpers">Who helps with forward products of one row, where nothing is shared; null for nobody. They outlive the replica.</param>
    /// <param name="isRepeated">Whether several passes are made with the same parameters.</param>
    public Replica(Model model, int steps, int capacity, bool training, bool inputGradient = false, SharedWeights? shared = null, RowHelpers? helpers = null, int shardRows = 0, bool isRepeated = false)
    {
        if (shared is not null) _weights = new ReplicaWeights(shared);
        (Model, Steps, Capacity) = (model, steps, capacity);
        Input = new SignalBuffer(steps, capacity, model.Input, training && inputGradient);
        _passes = new LayerPass[model.Spec.Layers.Count];
        _stateAt = new int[_passes.Length];
        var signal = Input;
        int state = 0;
        for (int i = 0; i < _passes.Length; i++)
        {
            _passes[i] = model.Spec.Layers[i].CreatePass(model.Setup(i, signal, capacity, training) with { Weights = _weights, Helpers = helpers, ShardRows = shardRows, IsRepeated = isRepeated });
            _stateAt[i] = state;
            state += _passes[i].StateWidth;
            signal = _passes[i].Output;
        }
    }

    public Model Model { get; }

    public int Steps { get; }

    public int Capacity { get; }

    public SignalBuffer Input { get; }

    public SignalBuffer Output => _passes[^1].Output;

    internal ReadOnlySpan<LayerPass> Passes => _passes;

    /// <summary>Takes new parameters.</summary>
    /// <param name="parameters">(P), read until the next ones are taken.</param>
    /// <param name="version">Where weights are shared: which parameters these are, the same number for every replica, and a higher one for newer ones.</param>
    public void Prepare(ReadOnlyMemory<float> parameters, long version = 0)
    {
        if (_weights is not null) _weights.Version = version;
        foreach (var pass in _passes) pass.Prepare(parameters);
    }

    /// <summary>Copies a batch's inputs to <see cref="Input"/>.</summary>
    public void Load(Batch batch)
    {
        if (Model.Input.IsTokens) batch.Tokens.CopyTo(Input.Tokens);
        else batch.Inputs.CopyTo(Input.Values);
    }

    /// <summary>What holds for a pass over <paramref name="rows"/> rows without dropping any value.</summary>
    public PassContext Inference(int rows, bool hasState) => new(rows, 0, false, 0, 0, hasState, Model.StateWidth);

    /// <param name="initialState">(B, model's state width), where the context says that it is given.</param>
    /// <param name="finalState">(B, model's state width), written unless empty; may be the memory of <paramref name="initialState"/>.</param>
    public void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        for (int i = 0; i < _passes.Length; i++)
            _passes[i].Forward(context, Tail(initialState, _stateAt[i]), finalState.IsEmpty ? finalState : finalState[_stateAt[i]..]);
    }

    /// <summary>From <see cref="Output"/>'s gradient computes all others but the parameters'.</summary>
    /// <param name="initialStateGradient">(B, model's state width), written unless empty.</param>
    public void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        for (int i = _passes.Length - 1; i >= 0; i--)
            _passes[i].Backward(context, initialStateGradient.IsEmpty ? initialStateGradient : initialStateGradient[_stateAt[i]..]);
    }

    /// <summary>The parameters' gradient over one shard's rows.</summary>
    /// <param name="gradient">(P), overwritten but for the gaps between layers.</param>
    public void ComputeGradient(in PassContext context, ShardRows shard, Span<float> gradient)
    {
        for (int i = _passes.Length - 1; i >= 0; i--)
            _passes[i].ComputeGradient(context, shard, gradient.Slice(_passes[i].Range.First, _passes[i].Range.Length));
    }

    private static ReadOnlySpan<float> Tail(ReadOnlySpan<float> state, int from) => state.IsEmpty ? state : state[from..];
}
