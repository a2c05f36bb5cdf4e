using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>
/// Attention of queries (T, B, Q) to keys (S, B, K), which are the values too. For each step of the queries it gives the mean of the keys, weighted by the
/// softmax of their scores: (T, B, K). A row attends to its own keys only, masked by their length.
/// </summary>
/// <param name="Score">How queries and keys are scored.</param>
public sealed record Attention(AttentionScore Score = AttentionScore.General) : LayerSpec
{
    /// <summary>A: the hidden size of additive scores; 0 for the queries' features.</summary>
    public int Units { get; init; }

    /// <summary>Whether a step attends only to keys no later than itself, for self-attention.</summary>
    public bool Causal { get; init; }

    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    public override string Kind => "attention";

    public override int MinReads => 2;

    public override int MaxReads => 2;

    public override Shape Output(Shape input) => throw new InvalidInputException("an attention layer reads queries and keys", "Name both in 'reads'");

    public override IReadOnlyList<NamedSignal> Outputs(IReadOnlyList<Shape> inputs)
    {
        Check(Score, inputs[0], inputs[1]);
        return [new("", new Shape(inputs[1].Features, inputs[0].IsSequence) { Axis = inputs[0].Axis })];
    }

    public override void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs) =>
        Declare(layout, prefix, Score, WidthOf(Units, inputs[0].Features), inputs[0].Features, inputs[1].Features, KernelInitializer);

    public override Layer CreateLayer(PassSetup setup) => new AttentionLayer(this, setup);

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<Attention>("an attention layer", new Attention())
        .Required("attention", "How queries and keys are compared: dot, scaledDot, general or additive.", Names.Of<AttentionScore>(), l => l.Score,
            (l, v) => l with { Score = v })
        .Key("units", "The width of additive scores; 0 for as many as the queries' features.", Numbers.Whole(0, 65536), l => l.Units,
            (l, v) => l with { Units = v })
        .Key("causal", "Whether a step sees only keys that are no later than itself.", LayerKinds.Flag, l => l.Causal, (l, v) => l with { Causal = v })
        .Key("kernelInitializer", "How the weights start.", LayerKinds.Initial, l => l.KernelInitializer, (l, v) => l with { KernelInitializer = v }));

    internal static int WidthOf(int units, int queryFeatures) => units > 0 ? units : queryFeatures;

    /// <exception cref="InvalidInputException">The signals cannot be queries and keys.</exception>
    internal static void Check(AttentionScore score, Shape queries, Shape keys)
    {
        if (queries.IsTokens || keys.IsTokens) throw new InvalidInputException("attention cannot read tokens", "Put an embedding layer before it");
        if (!keys.IsSequence) throw new InvalidInputException("attention needs a sequence of keys, but is given one value a row",
            "Set returnSequences on the layer that gives them");
        if (score is AttentionScore.Dot or AttentionScore.ScaledDot && queries.Features != keys.Features)
        {
            throw new InvalidInputException(
                $"a dot product needs queries and keys of as many features, not {queries.Features} and {keys.Features}",
                "Choose general or additive, or make them equal");
        }
    }

    internal static void Declare(ParameterLayout layout, string prefix, AttentionScore score, int width, int queries, int keys, Initializer initial)
    {
        if (score == AttentionScore.General) layout.Add(prefix + "weight", queries, keys, initial.Start(queries, keys, 1, keys));
        if (score != AttentionScore.Additive) return;
        layout.Add(prefix + "query.weight", width, queries, initial.Start(width, queries, 1, queries));
        layout.Add(prefix + "key.weight", width, keys, initial.Start(width, keys, 1, keys));
        layout.Add(prefix + "bias", width, 0, StartingValue.Zero);
        layout.Add(prefix + "score.weight", width, 0, StartingValue.Uniform(Math.Sqrt(3.0 / width)));
    }
}
