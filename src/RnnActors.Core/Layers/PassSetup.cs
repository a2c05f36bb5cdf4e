using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>What a layer needs to make its pass.</summary>
/// <param name="Inputs">The signals that it reads, as its specification names them.</param>
/// <param name="Capacity">The most rows of a pass.</param>
/// <param name="Training">Whether memory for backward passes is wanted.</param>
/// <param name="Id">The layer's number in the model, which random numbers are drawn by.</param>
/// <param name="IsLast">Whether the loss reads its output, and no layer.</param>
/// <param name="Prefix">What the names of its parameters begin with: <c>lstm.</c></param>
public sealed record PassSetup(IReadOnlyList<SignalBuffer> Inputs, int Capacity, bool Training, int Id, bool IsLast, string Prefix, ParameterLayout Layout)
{
    public PassSetup(SignalBuffer input, int capacity, bool training, int id, bool isLast, string prefix, ParameterLayout layout)
        : this([input], capacity, training, id, isLast, prefix, layout)
    {
    }

    /// <summary>What the layer is called.</summary>
    public string Name => Prefix.TrimEnd('.');

    /// <summary>The first signal that it reads.</summary>
    public SignalBuffer Input => Inputs[0];

    /// <summary>Where what has one value a row lies.</summary>
    public SequenceLayout RowLayout { get; init; } = new(1, Capacity);

    /// <summary>Whether its output is read by one layer or the loss alone. The two may then agree on values that are not written at all.</summary>
    internal bool HasOneReader { get; init; } = true;

    /// <summary>Which of the layer's outputs are read.</summary>
    internal Func<int, bool> IsRead { get; init; } = output => output == 0;

    /// <summary>Where the replica shares packed weights with others; null where it packs its own.</summary>
    internal ReplicaWeights? Weights { get; init; }

    /// <summary>The fewest rows of a shard of a whole batch; 0 where gradients are not summed by shards.</summary>
    internal int ShardRows { get; init; }

    /// <summary>Whether several passes are made with the same parameters.</summary>
    internal bool IsRepeated { get; init; }

    /// <summary>Whether the pass is explained: embeddings have gradients of their own, and cells keep the gradients of their states.</summary>
    internal bool IsExplained { get; init; }

    /// <summary>The threads that help with products of one row; null for none.</summary>
    internal RowHelpers? Helpers { get; init; }

    /// <summary>A weight of the layer, (outputs, inputs), packed by the replica alone or together with others.</summary>
    /// <param name="needsBackward">Whether gradients are multiplied with it too.</param>
    /// <param name="gates">Of how many gates its outputs are.</param>
    /// <param name="isOwn">Whether the replica packs it alone in any case, since its values are not the parameters'.</param>
    internal PackedWeight Pack(ParameterSlot weight, bool needsBackward, int gates = 1, bool isOwn = false)
    {
        var shape = new WeightShape(weight.Rows, weight.Columns, gates, needsBackward);
        return Weights is null || isOwn ? new OwnPackedWeight(shape, Helpers, IsRepeated) : new SharedPackedWeight(shape, Weights, weight.Offset);
    }
}
