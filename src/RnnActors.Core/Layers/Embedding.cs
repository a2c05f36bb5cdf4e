using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>A learned vector for each token: (T, B) tokens become (T, B, Units).</summary>
public sealed record Embedding(int Units) : LayerSpec
{
    public Initializer Initializer { get; init; } = Initializer.Uniform(0.05);

    /// <summary>
    /// The share of the vocabulary that a training step drops: a dropped token is zero wherever it occurs in the batch, and other vectors are scaled by
    /// 1/(1 - rate). Gal and Ghahramani 2016; AWD-LSTM's <c>embedded_dropout</c>. A layer tied to the embedding uses the whole weight.
    /// </summary>
    public double Dropout { get; init; }

    public override string Kind => "embedding";

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<Embedding>("an embedding layer", new Embedding(0))
        .Required("embedding", "Values of each token's learned vector.", LayerKinds.Units, l => l.Units, (l, v) => l with { Units = v })
        .Key("initializer", "How the vectors start.", LayerKinds.Initial, l => l.Initializer, (l, v) => l with { Initializer = v })
        .Optional(
            "dropout", "The share of the vocabulary whose vectors are dropped in a step of training, wherever they stand.", LayerKinds.Rate,
            l => l.Dropout, (l, v) => l with { Dropout = v }));

    public override Shape Output(Shape input) => input.IsTokens
        ? input with { Features = Units, Vocabulary = 0 }
        : throw new InvalidInputException("an embedding layer reads tokens, but its input is values", "Remove it, or choose a text task");

    public override void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs) =>
        layout.Add(prefix + "weight", inputs[0].Vocabulary, Units, Initializer.Start(inputs[0].Vocabulary, Units, 1, Units));

    public override Layer CreateLayer(PassSetup setup) => new EmbeddingLayer(this, setup);
}
