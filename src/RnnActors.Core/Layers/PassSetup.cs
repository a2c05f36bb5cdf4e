using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>What a layer's specification needs to create its pass.</summary>
/// <param name="Inputs">The signals that it reads, in the order of its specification.</param>
/// <param name="Capacity">The most rows of a pass.</param>
/// <param name="Training">Whether memory for backward passes is needed.</param>
/// <param name="Id">The layer's index in the model, which random numbers are keyed by.</param>
/// <param name="IsLast">Whether the loss reads its output, and no layer does.</param>
/// <param name="Prefix">The prefix of its parameters' names: <c>lstm.</c></param>
public sealed record PassSetup(IReadOnlyList<SignalBuffer> Inputs, int Capacity, bool Training, int Id, bool IsLast, string Prefix, ParameterLayout Layout)
{
    public PassSetup(SignalBuffer input, int capacity, bool training, int id, bool isLast, string prefix, ParameterLayout layout)
        : this([input], capacity, training, id, isLast, prefix, layout)
    {
    }

    /// <summary>The layer's name.</summary>
    public string Name => Prefix.TrimEnd('.');

    /// <summary>The first signal that it reads.</summary>
    public SignalBuffer Input => Inputs[0];

    /// <summary>The layout of signals with one value per row.</summary>
    public SequenceLayout RowLayout { get; init; } = new(1, Capacity);

    /// <summary>Whether its output has exactly one reader, a layer or the loss. The two may then agree on values that are never written.</summary>
    internal bool HasOneReader { get; init; } = true;

    /// <summary>Which of the layer's outputs are read, by index.</summary>
    internal Func<int, bool> IsRead { get; init; } = output => output == 0;

    /// <summary>The packed weights that the replica shares with others; null where it packs its own.</summary>
    internal ReplicaWeights? Weights { get; init; }

    /// <summary>Rows of the smallest shard of a whole batch; 0 where gradients are not summed by shards.</summary>
    internal int ShardRows { get; init; }

    /// <summary>Whether several passes are made with the same parameters.</summary>
    internal bool IsRepeated { get; init; }

    /// <summary>Whether the pass is for explanations: embeddings keep gradients of their vectors, and cells those of their states.</summary>
    internal bool IsExplained { get; init; }

    /// <summary>Threads that help with products of one row; null for none.</summary>
    internal IntraOpThreads? Helpers { get; init; }

    /// <summary>A weight of the layer, (outputs, inputs), packed by the replica alone or shared with others.</summary>
    /// <param name="needsBackward">Whether gradients are multiplied by it too.</param>
    /// <param name="gates">Number of gates that make up its outputs.</param>
    /// <param name="isOwn">Whether it is never shared, since its values differ from the parameters (dropped weights).</param>
    internal PackedWeight Pack(ParameterSlot weight, bool needsBackward, int gates = 1, bool isOwn = false)
    {
        var shape = new WeightShape(weight.Rows, weight.Columns, gates, needsBackward);
        return Weights is null || isOwn ? new OwnPackedWeight(shape, Helpers, IsRepeated) : new SharedPackedWeight(shape, Weights, weight.Offset);
    }
}
