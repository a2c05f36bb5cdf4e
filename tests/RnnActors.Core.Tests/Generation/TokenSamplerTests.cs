using CsCheck;
using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Generation;

[Collection(VectorWidthTests.Name)]
public sealed class TokenSamplerTests
{
    /// <summary>Logits of 1 to 40 tokens, of few different values, so that ties are common.</summary>
    private static readonly Gen<float[]> Logits = Gen.Int[-6, 6].Select(i => i / 2f).Array[1, 40];

    [Fact]
    public void Temperature_zero_takes_the_first_of_the_largest_logits() => Logits.Sample(logits =>
        Assert.Equal(Array.IndexOf(logits, logits.Max()), new TokenSampler(new SamplingSpec { Temperature = 0 }, logits.Length).Next(logits)));

    [Fact]
    public void The_same_seed_draws_the_same_tokens_at_every_vector_width() => Gen.Select(Logits, Gen.ULong).Sample((logits, seed) =>
    {
        var spec = new SamplingSpec { Temperature = 0.7, TopP = 0.9, Seed = seed };
        int[][] texts = VectorWidthTests.AtEveryWidth(() => Draw(spec, logits, 20));
        Assert.All(texts, text => Assert.Equal(texts[0], text));
    }, iter: 20, threads: 1);

    [Fact]
    public void Frequencies_follow_the_softmax_at_every_temperature_also_within_the_k_likeliest()
    {
        float[] logits = [1.5f, 0, 0, -1, 2, -20, 0.25f];
        const int draws = 40_000;
        foreach (double temperature in new[] { 0.5, 1, 2 })
            foreach (int? topK in new int?[] { null, 3 }) Check(temperature, topK);

        void Check(double temperature, int? topK)
        {
            int[] counts = new int[logits.Length];
            foreach (int token in Draw(new SamplingSpec { Temperature = temperature, TopK = topK, Seed = 3 }, logits, draws)) counts[token]++;
            float min = logits.OrderDescending().Take(topK ?? logits.Length).Min();
            double[] weights = [.. logits.Select(logit => logit < min ? 0 : Math.Exp(logit / temperature))];
            for (int token = 0; token < logits.Length; token++)
            {
                // Five standard deviations of a binomial count, and one draw for the rarest.
                double p = weights[token] / weights.Sum();
                Assert.InRange(counts[token] - (p * draws), -(5 * Math.Sqrt(draws * p * (1 - p))) - 1, (5 * Math.Sqrt(draws * p * (1 - p))) + 1);
            }
        }
    }

    [Fact]
    public void Top_k_draws_all_of_the_k_likeliest_and_none_else() => Gen.Select(Gen.Float[-1, 1].Array[1, 12], Gen.Int[1, 14]).Sample((logits, k) =>
    {
        int[] likeliest = [.. Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Take(k).Order()];
        Assert.Equal(likeliest, Draw(new SamplingSpec { TopK = k }, logits, 4000).Distinct().Order());
    }, iter: 30);

    [Fact]
    public void Top_p_draws_all_of_the_smallest_set_that_reaches_it_and_none_else() =>
        Gen.Select(Gen.Float[-1, 1].Array[1, 12], Gen.Double[0.01, 0.99]).Sample((logits, p) =>
    {
        // Within rounding of the limit either answer is right.
        var drawn = Draw(new SamplingSpec { TopP = p }, logits, 4000).ToHashSet();
        Assert.Subset(Smallest(logits, p + 1e-5), drawn);
        Assert.Superset(Smallest(logits, p - 1e-5), drawn);
    }, iter: 30);

    [Fact]
    public void Top_p_draws_from_the_smallest_set_also_of_tokens_that_are_equally_likely() => Gen.Select(Logits, Gen.Double[0.01, 0.99]).Sample(
        (logits, p) => Assert.Subset(Smallest(logits, p + 1e-5), Draw(new SamplingSpec { TopP = p }, logits, 100).ToHashSet()), iter: 60);

    [Fact]
    public void Limits_that_exclude_nothing_change_nothing() => Logits.Sample(logits =>
        Assert.Equal(Draw(new SamplingSpec(), logits, 30), Draw(new SamplingSpec { TopK = logits.Length + 3, TopP = 1 }, logits, 30)));

    [Fact]
    public void An_excluded_token_is_never_drawn_even_if_it_is_the_likeliest() => Gen.Int[2, 20].Sample(count =>
    {
        float[] logits = new float[count];
        logits[^1] = 50;
        Assert.DoesNotContain(count - 1, Draw(new SamplingSpec { Excluded = count - 1 }, logits, 50));
        Assert.Equal(0, new TokenSampler(new SamplingSpec { Excluded = count - 1, Temperature = 0 }, count).Next(logits));
    });

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-3)]
    public void A_tiny_temperature_is_greedy_but_shares_ties(double temperature)
    {
        int[] drawn = Draw(new SamplingSpec { Temperature = temperature }, [0, 3, 1, 3], 200);
        Assert.Equal([1, 3], drawn.Distinct().Order());
    }

    [Theory]
    [InlineData(-1, null, 1)]
    [InlineData(double.NaN, null, 1)]
    [InlineData(double.PositiveInfinity, null, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, null, 0)]
    [InlineData(1, null, 1.1)]
    [InlineData(1, null, double.NaN)]
    public void Values_out_of_range_are_refused(double temperature, int? topK, double topP) => Assert.Throws<InvalidInputException>(
        () => new TokenSampler(new SamplingSpec { Temperature = temperature, TopK = topK, TopP = topP }, 5));

    [Fact]
    public void Logits_that_are_not_numbers_are_refused() => Assert.Throws<InvalidInputException>(
        () => new TokenSampler(new SamplingSpec(), 2).Next([0, float.NaN]));

    /// <summary>The likeliest tokens, as few as have the probability <paramref name="p"/> together.</summary>
    private static HashSet<int> Smallest(float[] logits, double p)
    {
        double total = logits.Sum(logit => Math.Exp(logit)), sum = 0;
        HashSet<int> tokens = [];
        foreach (int token in Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).TakeWhile(_ => sum < p * total))
        {
            tokens.Add(token);
            sum += Math.Exp(logits[token]);
        }

        return tokens;
    }

    private static int[] Draw(SamplingSpec spec, float[] logits, int count)
    {
        var sampler = new TokenSampler(spec, logits.Length);
        return [.. Enumerable.Range(0, count).Select(_ => sampler.Next(logits))];
    }
}
