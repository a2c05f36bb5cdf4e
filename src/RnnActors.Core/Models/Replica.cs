using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>
/// A model at work on one thread: its layers' passes and all their memory, allocated once for a number of steps and a maximum of rows. Parameters are read, not
/// owned.
/// </summary>
public sealed class Replica
{
    private readonly Layer[] _layers;
    private readonly int[] _stateAt;
    private readonly SignalBuffer[] _inputs;
    private readonly SequenceLayout[] _layouts;
    private readonly SequenceLayout _rowLayout;
    private readonly ReplicaWeights? _weights;

    // Where a layer's output has several readers, each further one writes a gradient buffer of its own. They are added to the first reader's before the
    // layer goes backward, in the order in which the readers are computed.
    private readonly (SignalBuffer First, SignalBuffer Other)[][] _shared;
    private readonly (SignalBuffer First, SignalBuffer Other)[] _sharedInputs;

    /// <summary>A replica of a model with one input, whose rows all have the same length.</summary>
    /// <inheritdoc cref="Replica(Model, IReadOnlyList{SequenceLayout}, bool, bool, SharedWeights, IntraOpThreads, int, bool, bool)"/>
    public Replica(Model model, int steps, int capacity, bool training, bool inputGradient = false, SharedWeights? shared = null,
        IntraOpThreads? helpers = null, int shardRows = 0, bool isRepeated = false)
        : this(model, [new SequenceLayout(steps, capacity)], training, inputGradient, shared, helpers, shardRows, isRepeated)
    {
    }

    /// <param name="layouts">Where the steps of each input's rows lie in memory; filled by <see cref="Load"/>.</param>
    /// <param name="training">Whether backward passes will run.</param>
    /// <param name="inputGradient">Whether the gradient with respect to the input is computed too.</param>
    /// <param name="shared">Packed weights shared with the process's other replicas of the model; null where it is alone.</param>
    /// <param name="shardRows">Rows of the smallest shard of a whole batch. It decides in which order parameters' gradients are summed.</param>
    /// <param name="helpers">Threads that help with forward products of one row, where nothing is shared; null for none. The caller disposes them.</param>
    /// <param name="isRepeated">Whether several passes are made with the same parameters.</param>
    /// <param name="isExplained">Whether embeddings keep gradients of their vectors, and cells those of their states.</param>
    public Replica(
        Model model, IReadOnlyList<SequenceLayout> layouts, bool training, bool inputGradient = false, SharedWeights? shared = null,
        IntraOpThreads? helpers = null, int shardRows = 0, bool isRepeated = false, bool isExplained = false)
    {
        if (shared is not null) _weights = new ReplicaWeights(shared);
        (Model, Capacity, _layouts) = (model, layouts[0].Capacity, [.. layouts]);
        var network = model.Network;
        _rowLayout = new SequenceLayout(1, Capacity);
        _inputs = [.. model.Inputs.Select((input, i) => new SignalBuffer(layouts[i], input.Shape, training && inputGradient))];
        _layers = new Layer[model.Spec.Layers.Count];
        _stateAt = new int[_layers.Length];
        _shared = new (SignalBuffer, SignalBuffer)[_layers.Length][];
        List<SignalBuffer?> signals = [.. _inputs];
        var taken = new bool[network.Signals.Count];
        var others = new List<(SignalBuffer, SignalBuffer)>[network.Signals.Count];
        int state = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            var reads = network.Nodes[i].Reads.Select(number =>
            {
                var signal = signals[number]!;
                if (!taken[number])
                {
                    taken[number] = true;
                    return signal;
                }

                var other = signal.ForAnotherReader();
                (others[number] ??= []).Add((signal, other));
                return other;
            }).ToArray();
            _layers[i] = model.Spec.Layers[i].CreateLayer(
                model.Setup(i, reads, Capacity, training) with
                {
                    RowLayout = _rowLayout,
                    Weights = _weights,
                    Helpers = helpers,
                    ShardRows = shardRows,
                    IsRepeated = isRepeated,
                    IsExplained = isExplained,
                });
            _stateAt[i] = state;
            state += _layers[i].StateWidth;
            while (signals.Count < network.Nodes[i].FirstOutput) signals.Add(null);
            signals.AddRange(_layers[i].Outputs);
            int end = i + 1 < _layers.Length ? network.Nodes[i + 1].FirstOutput : network.Signals.Count;
            while (signals.Count < end) signals.Add(null);
        }

        TieWeights();
        (SignalBuffer, SignalBuffer)[] SharedFrom(int first, int end) =>
            training ? [.. Enumerable.Range(first, end - first).SelectMany(number => others[number] ?? []).Where(pair => pair.Item1.HasGradient)] : [];
        _sharedInputs = SharedFrom(0, _inputs.Length);
        for (int i = 0; i < _layers.Length; i++)
            _shared[i] = SharedFrom(network.Nodes[i].FirstOutput, i + 1 < _layers.Length ? network.Nodes[i + 1].FirstOutput : network.Signals.Count);
    }

    public Model Model { get; }

    /// <summary>The most rows of a pass.</summary>
    public int Capacity { get; }

    /// <summary>Where the steps of each input's rows lie in memory.</summary>
    public IReadOnlyList<SequenceLayout> Layouts => _layouts;

    /// <summary>The first input.</summary>
    public SignalBuffer Input => _inputs[0];

    public IReadOnlyList<SignalBuffer> Inputs => _inputs;

    public SignalBuffer Output => _layers[^1].Output;

    internal ReadOnlySpan<Layer> Layers => _layers;

    /// <summary>Sets the parameters of the passes that follow.</summary>
    /// <param name="parameters">(P). Read by every pass until the next call.</param>
    /// <param name="version">Where weights are shared: the parameters' version, the same in every replica and higher for newer parameters.</param>
    public void Prepare(ReadOnlyMemory<float> parameters, long version = 0)
    {
        if (_weights is not null) _weights.Version = version;
        foreach (var pass in _layers) pass.Prepare(parameters);
    }

    /// <summary>Copies a batch's inputs to <see cref="Inputs"/>.</summary>
    public void Load(Batch batch)
    {
        for (int i = 0; i < _inputs.Length; i++)
        {
            var from = batch.AllInputs[i];
            _layouts[i].Fill(from.Layout);
            if (_inputs[i].Shape.IsTokens) from.Tokens.CopyTo(_inputs[i].Tokens);
            else from.Values.CopyTo(_inputs[i].Values);
        }
    }

    /// <summary>The view that an objective needs after a forward pass: the outputs of some rows and the batch's targets.</summary>
    public ObjectiveRows RowsFor(Batch batch, ShardRows rows) => new(
        Output.Values[..Output.Length], Output.Features, Output.Layout, batch.Targets, batch.Labels, batch.Target.Outputs, batch.TargetLayout, rows);

    /// <summary>The context of a pass over <paramref name="rows"/> rows without dropout.</summary>
    public PassContext Inference(int rows, bool hasState) => new(rows, 0, false, 0, 0, hasState, Model.StateWidth);

    /// <param name="initialState">(B, model's state width), where the context has a state; else empty.</param>
    /// <param name="finalState">(B, model's state width), written unless empty; may be the memory of <paramref name="initialState"/>.</param>
    public void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        LayOut(context.Rows);
        for (int i = 0; i < _layers.Length; i++)
            _layers[i].Forward(context, Tail(initialState, _stateAt[i]), finalState.IsEmpty ? finalState : finalState[_stateAt[i]..]);
    }

    /// <summary>The attention weights of the last layer that has any, from the last forward pass; empty where no layer has.</summary>
    internal AttentionView AttentionWeights
    {
        get
        {
            for (int i = _layers.Length - 1; i >= 0; i--)
                if (!_layers[i].Weights.IsEmpty) return _layers[i].Weights;
            return default;
        }
    }

    /// <summary>Computes only the layers that depend on the second input (the decoder's steps), or only the others (the encoder).</summary>
    internal void ForwardOf(in PassContext context, bool ofTarget, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        LayOut(context.Rows);
        for (int i = 0; i < _layers.Length; i++)
        {
            if (Model.Network.DependsOn(i, input: 1) == ofTarget)
                _layers[i].Forward(context, Tail(initialState, _stateAt[i]), finalState.IsEmpty ? finalState : finalState[_stateAt[i]..]);
        }
    }

    /// <summary>
    /// Given <see cref="Output"/>'s gradient, computes those of all other signals. <see cref="ComputeGradient"/> then computes the parameters'.
    /// </summary>
    /// <param name="initialStateGradient">(B, model's state width), written unless empty.</param>
    public void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        for (int i = _layers.Length - 1; i >= 0; i--) Backward(i, context, initialStateGradient);
        AddUp(_sharedInputs);
    }

    /// <summary>One layer's backward pass, to be run after those of all layers that read its output.</summary>
    internal void Backward(int layer, in PassContext context, Span<float> initialStateGradient)
    {
        AddUp(_shared[layer]);
        _layers[layer].Backward(context, initialStateGradient.IsEmpty ? initialStateGradient : initialStateGradient[_stateAt[layer]..]);
    }

    /// <summary>The parameters' gradient over one shard's rows.</summary>
    /// <param name="gradient">(P), overwritten except for the gaps between layers.</param>
    public void ComputeGradient(in PassContext context, ShardRows shard, Span<float> gradient)
    {
        for (int i = _layers.Length - 1; i >= 0; i--)
            _layers[i].ComputeGradient(context, shard, gradient.Slice(_layers[i].Range.First, _layers[i].Range.Length));
    }

    private void TieWeights()
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            if (_layers[i] is not ITiedWeight tied || Model.Spec.Layers[i] is not TiedDense spec) continue;
            int embedding = Enumerable.Range(0, i).First(layer => Model.NameOf(layer) == spec.Embedding);
            ((EmbeddingLayer)_layers[embedding]).Tie(tied);
        }
    }

    private static void AddUp((SignalBuffer First, SignalBuffer Other)[] shared)
    {
        foreach (var (first, other) in shared) Add.Into(first.Gradient[..first.Length], other.Gradient[..first.Length]);
    }

    /// <summary>Lays out rows of equal length, which need only their number. Ragged layouts are filled by <see cref="Load"/>.</summary>
    private void LayOut(int rows)
    {
        foreach (var layout in _layouts)
            if (!layout.IsRagged) layout.Fill(rows);
        _rowLayout.Fill(rows);
    }

    private static ReadOnlySpan<float> Tail(ReadOnlySpan<float> state, int from) => state.IsEmpty ? state : state[from..];
}
