using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>How a row's steps become one.</summary>
public enum PoolingMode
{
    /// <summary>The row's own last step.</summary>
    Last,

    /// <summary>The mean of its steps.</summary>
    Mean,

    /// <summary>The sum of its steps; over an embedding, PyTorch's <c>EmbeddingBag</c>.</summary>
    Sum,

    /// <summary>The largest value of each feature; its gradient goes to the first step that has it.</summary>
    Max,
}

/// <summary>Pools all steps of a row to one, (T, B, F) to (B, F), by the row's own length. For a weighted mean, use an attention layer whose query is a
/// <see cref="LearnedState"/>.</summary>
public sealed record Pooling(PoolingMode Mode) : LayerSpec
{
    public override string Kind => "pooling";

    public override Shape Output(Shape input)
    {
        if (input.IsTokens) throw new InvalidInputException("pooling cannot read tokens", "Put an embedding layer before it");
        if (!input.IsSequence) throw new InvalidInputException("pooling needs a sequence, but the layer before it gives one value a row",
            "Set returnSequences on the layer before it");
        return new Shape(input.Features, IsSequence: false);
    }

    public override Layer CreateLayer(PassSetup setup) => new PoolingLayer(this, setup);

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<Pooling>("a pooling layer", new Pooling(PoolingMode.Last))
        .Required("pooling", "last, mean, sum or max over a row's steps.", Names.Of<PoolingMode>(), l => l.Mode, (l, v) => l with { Mode = v }));
}
