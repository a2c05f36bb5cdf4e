using CsCheck;
using RnnActors.Core.Generation;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Generation;

public class SequenceDecoderTests
{
    private const int Sources = 7, Targets = 9;

    private static readonly Model Additive = new(
        new ModelSpec(
        [
            new Embedding(4) { Name = "source_embedding", Reads = new("source"), Initializer = Initializer.Uniform(1) },
            new Gru(5, returnSequences: true) { Name = "encoder", Bidirectional = true },
            new Embedding(4) { Name = "target_embedding", Reads = new("target"), Initializer = Initializer.Uniform(1) },
            new AttentionDecoder(6) { Name = "decoder", Reads = new("target_embedding", "encoder") },
            new Dense(Targets) { KernelInitializer = Initializer.Uniform(1) },
        ]),
        [new NamedSignal("source", Shape.Tokens(Sources)), new NamedSignal("target", Shape.Tokens(Targets))]);

    private static readonly ReadOnlyMemory<float> Parameters = Additive.CreateParameters(5).Memory;

    private static readonly Gen<int[][]> Batches = Gen.Int[0, Sources - 1].Array[1, 6].Array[1, 5];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Sources_that_are_decoded_together_are_decoded_as_if_alone(int width)
    {
        DecodingSpec spec = Spec(width);
        var together = new SequenceDecoder(Additive, Parameters, spec, maxSources: 5);
        var alone = new SequenceDecoder(Additive, Parameters, spec);
        Batches.Sample(sources =>
        {
            var all = together.DecodeBatch(sources);
            for (int i = 0; i < sources.Length; i++)
            {
                var one = alone.DecodeAll(sources[i]);
                Assert.Equal(one.Select(hypothesis => hypothesis.LogProbability), all[i].Select(hypothesis => hypothesis.LogProbability));
                Assert.Equal(one.SelectMany(hypothesis => hypothesis.Tokens), all[i].SelectMany(hypothesis => hypothesis.Tokens));
                Assert.Equal(one[0].Attention.SelectMany(weights => weights), all[i][0].Attention.SelectMany(weights => weights));
            }
        }, iter: 60, threads: 1);
    }

    [Fact]
    public void A_wide_beam_finds_the_likeliest_of_all_targets()
    {
        // Targets of at most two tokens: 9 + 8·9 of them, and a beam as wide as the first step.
        DecodingSpec spec = Spec(Targets) with { MaxLength = 2, LengthPenalty = 0 };
        int[] source = [1, 2, 3];
        var best = new SequenceDecoder(Additive, Parameters, spec).Decode(source);
        var greedyFirst = Enumerable.Range(0, Targets).SelectMany(first => first == spec.End
            ? [LogProbability(source, [first])]
            : Enumerable.Range(0, Targets).Select(second => LogProbability(source, [first, second]))).Max();
        Assert.Equal(greedyFirst, best.LogProbability, 1e-5);
    }

    [Fact]
    public void Each_token_s_attention_adds_up_to_one_over_its_source()
    {
        foreach (var hypothesis in new SequenceDecoder(Additive, Parameters, Spec(3)).DecodeAll([1, 2, 3, 4]))
        {
            Assert.Equal(hypothesis.Tokens.Count, hypothesis.Attention.Count);
            Assert.All(hypothesis.Attention, weights => Assert.Equal((4, 1.0), (weights.Length, Math.Round(weights.Sum(), 5))));
        }

        Assert.Empty(new SequenceDecoder(Additive, Parameters, Spec(1) with { KeepsAttention = false }).Decode([1]).Attention.SelectMany(weights => weights));
    }

    [Fact]
    public void A_token_that_is_excluded_for_a_source_is_in_none_of_its_targets()
    {
        var decoder = new SequenceDecoder(Additive, Parameters, Spec(3), maxSources: 2);
        var free = decoder.DecodeBatch([[1, 2], [1, 2]]);
        int token = free[0][0].Tokens.First(token => token != Spec(3).End);
        var limited = decoder.DecodeBatch([[1, 2], [1, 2]], [token, null]);
        Assert.All(limited[0], hypothesis => Assert.DoesNotContain(token, hypothesis.Tokens));
        Assert.Equal(free[1].Select(hypothesis => hypothesis.LogProbability), limited[1].Select(hypothesis => hypothesis.LogProbability));
    }

    [Fact]
    public void Sources_that_cannot_be_read_are_refused()
    {
        var decoder = new SequenceDecoder(Additive, Parameters, Spec(1));
        Assert.Throws<InvalidInputException>(() => decoder.Decode([]));
        Assert.Throws<InvalidInputException>(() => decoder.Decode([Sources]));
        Assert.Throws<InvalidInputException>(() => decoder.Decode(new int[9]));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.DecodeBatch([[1], [2]]));
    }

    private static DecodingSpec Spec(int width) => new() { Begin = 0, End = 1, MaxLength = 5, MaxSourceLength = 8, BeamWidth = width, KeepsAttention = true };

    /// <summary>By one pass over the whole target.</summary>
    private static double LogProbability(int[] source, int[] target)
    {
        var data = RaggedDataset.CreatePairs([source], Sources, [[0, .. target.SkipLast(1)]], [target], Targets);
        float[] logits = Prediction.RunEach(Additive, Parameters, data)[0];
        double sum = 0;
        for (int t = 0; t < target.Length; t++)
        {
            double[] own = [.. logits.Skip(t * Targets).Take(Targets).Select(value => (double)value)];
            sum += own[target[t]] - Math.Log(own.Sum(Math.Exp));
        }

        return sum;
    }
}
