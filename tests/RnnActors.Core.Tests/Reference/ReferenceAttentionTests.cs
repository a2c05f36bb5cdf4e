using CsCheck;
using RnnActors.Core.Reference;
using RnnActors.Core.Tests.Golden;
using Xunit;

namespace RnnActors.Core.Tests.Reference;

/// <summary>Attention against differences, against PyTorch, and against what its masks promise.</summary>
public class ReferenceAttentionTests
{
    public static TheoryData<string> Scores => ["additive", "dot", "general", "scaled_dot", "scaled_dot_causal"];

    [Theory]
    [MemberData(nameof(Scores))]
    public void Gradients_are_those_of_differences(string score) => Cases(score).Sample(one =>
    {
        (double[,] queries, double[,] keys, int keyLength, double[,] dContext, Parameters p) = one;
        bool causal = IsCausal(score);
        double Loss() =>
            ReferenceMath.Dot(Arrays.Flat(ReferenceAttention.Forward(p.Score(score), queries, keys, keyLength, causal).Context), Arrays.Flat(dContext));

        ReferenceScore used = p.Score(score);
        (double[,] dQueries, double[,] dKeys) = ReferenceAttention.Backward(
            used, queries, keys, keyLength, causal, ReferenceAttention.Forward(used, queries, keys, keyLength, causal), dContext);
        FiniteDifference.Check("queries", queries, dQueries, Loss);
        FiniteDifference.Check("keys", keys, dKeys, Loss);
        if (used is GeneralScore general) FiniteDifference.Check("weight", p.Weight, general.WeightGradient, Loss);
        if (used is not AdditiveScore additive) return;
        FiniteDifference.Check("query.weight", p.QueryWeight, additive.QueryWeightGradient, Loss);
        FiniteDifference.Check("key.weight", p.KeyWeight, additive.KeyWeightGradient, Loss);
        FiniteDifference.Check("bias", p.Bias, additive.BiasGradient, Loss);
        FiniteDifference.Check("score.weight", p.ScoreWeight, additive.ScoreWeightGradient, Loss);
    }, iter: 25, threads: 1);

    [Theory]
    [MemberData(nameof(Scores))]
    public void Weights_are_a_distribution_over_the_keys_that_a_query_sees(string score) => Cases(score).Sample(one =>
    {
        double[,] weights = ReferenceAttention.Forward(one.P.Score(score), one.Queries, one.Keys, one.KeyLength, IsCausal(score)).Weights;
        for (int t = 0; t < weights.GetLength(0); t++)
        {
            Assert.Equal(1, ReferenceMath.Row(weights, t).Sum(), 1e-12);
            for (int s = 0; s < weights.GetLength(1); s++) Assert.Equal(s < one.KeyLength && (!IsCausal(score) || s <= t), weights[t, s] > 0);
        }
    }, iter: 25, threads: 1);

    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "layer_attention", MemberType = typeof(GoldenTask))]
    public void Attention_is_PyTorchs(string name)
    {
        GoldenTask task = GoldenTask.Read(name);
        int rows = task.Shape("queries")[1], steps = task.Shape("queries")[0], sources = task.Shape("keys")[0];
        int queryWidth = task.Shape("queries")[2], keyWidth = task.Shape("keys")[2];
        double[] Parameter(string parameter) => task.Has("param." + parameter) ? task.Doubles("param." + parameter) : [];
        var p = new Parameters(
            Arrays.Matrix(Parameter("attention.query.weight"), queryWidth), Arrays.Matrix(Parameter("attention.key.weight"), keyWidth),
            Parameter("attention.bias"), Parameter("attention.score.weight"), Arrays.Matrix(Parameter("attention.weight"), keyWidth), keyWidth);
        string kind = task.Text("score");
        ReferenceScore score = p.Score(kind);
        List<double[,]> weights = [], contexts = [], dQueries = [], dKeys = [];
        for (int row = 0; row < rows; row++)
        {
            double[,] queries = Arrays.Sequence(task.Doubles("queries"), rows, queryWidth, row, steps);
            double[,] keys = Arrays.Sequence(task.Doubles("keys"), rows, keyWidth, row, sources);
            int keyLength = task.Ints("key_lengths")[row];
            ReferenceAttention.Trace trace = ReferenceAttention.Forward(score, queries, keys, keyLength, IsCausal(kind));
            (double[,] dQuery, double[,] dKey) = ReferenceAttention.Backward(
                score, queries, keys, keyLength, IsCausal(kind), trace, Arrays.Sequence(task.Doubles("grad.context"), rows, keyWidth, row, steps));
            weights.Add(trace.Weights);
            contexts.Add(trace.Context);
            dQueries.Add(dQuery);
            dKeys.Add(dKey);
        }

        task.Compare("attention", weights.SelectMany(Arrays.Flat).ToArray());
        task.Compare("context", Arrays.Batch(contexts, steps));
        task.Compare("grad.queries", Arrays.Batch(dQueries, steps));
        task.Compare("grad.keys", Arrays.Batch(dKeys, sources));
        if (score is GeneralScore general) task.Compare("grad.attention.weight", Arrays.Flat(general.WeightGradient));
        if (score is not AdditiveScore additive) return;
        task.Compare("grad.attention.query.weight", Arrays.Flat(additive.QueryWeightGradient));
        task.Compare("grad.attention.key.weight", Arrays.Flat(additive.KeyWeightGradient));
        task.Compare("grad.attention.bias", additive.BiasGradient);
        task.Compare("grad.attention.score.weight", additive.ScoreWeightGradient);
    }

    private static bool IsCausal(string score) => score.EndsWith("causal", StringComparison.Ordinal);

    private static Gen<int> Extents => Gen.Int[1, 5];

    private static Gen<(double[,] Queries, double[,] Keys, int KeyLength, double[,] DContext, Parameters P)> Cases(string score) =>
        Gen.Select(Extents, Extents, Extents, Extents, Extents, Gen.UInt[0, 1 << 20], (steps, sources, queryWidth, keyWidth, hidden, seed) =>
        {
            if (score.Contains("dot", StringComparison.Ordinal)) queryWidth = keyWidth;
            seed *= 16;
            var p = new Parameters(
                Arrays.Random(hidden, queryWidth, seed), Arrays.Random(hidden, keyWidth, seed + 1), Arrays.Random(hidden, seed + 2),
                Arrays.Random(hidden, seed + 3), Arrays.Random(queryWidth, keyWidth, seed + 4), keyWidth);
            return (
                Arrays.Random(steps, queryWidth, seed + 5), Arrays.Random(sources, keyWidth, seed + 6), 1 + (int)(seed / 16 % (uint)sources),
                Arrays.Random(steps, keyWidth, seed + 7), p);
        });

    /// <summary>The parameters of every score, of which one uses its own.</summary>
    private sealed record Parameters(double[,] QueryWeight, double[,] KeyWeight, double[] Bias, double[] ScoreWeight, double[,] Weight, int KeyWidth)
    {
        public ReferenceScore Score(string name) => name switch
        {
            "additive" => new AdditiveScore(QueryWeight, KeyWeight, Bias, ScoreWeight),
            "general" => new GeneralScore(Weight),
            "dot" => new DotScore(),
            _ => new DotScore(1 / Math.Sqrt(KeyWidth)),
        };
    }
}
