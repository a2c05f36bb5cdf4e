using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Layers;

/// <summary>A learned vector for each token: (T, B) tokens become (T, B, Units).</summary>
public sealed record Embedding(int Units) : LayerSpec
{
    public Initializer Initializer { get; init; } = Initializer.Uniform(0.05);

    public override string Kind => "embedding";

    public override Signal Output(Signal input) => input.IsTokens
        ? new Signal(Units, input.IsSequence)
        : throw new InvalidInputException("an embedding layer reads tokens, but its input is values", "Remove it, or choose a text task");

    public override void Declare(ParameterLayout layout, string prefix, Signal input) =>
        layout.Add(prefix + "weight", input.Vocabulary, Units, Initializer.Start(input.Vocabulary, Units, 1, Units));

    public override LayerPass CreatePass(PassSetup setup) => new EmbeddingPass(this, setup);
}
