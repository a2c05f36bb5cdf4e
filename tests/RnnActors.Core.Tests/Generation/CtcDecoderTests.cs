using System.Text.Json;
using CsCheck;
using RnnActors.Core.Generation;
using RnnActors.Core.Tests.Golden;
using Xunit;

namespace RnnActors.Core.Tests.Generation;

public class CtcDecoderTests
{
    [SkippableFact]
    public void Greedy_and_beam_are_those_of_the_reference()
    {
        foreach (JsonElement known in GoldenMetrics.Read("decoding/ctc.json").GetProperty("cases").EnumerateArray())
        {
            float[][] frames = [.. known.GetProperty("logits").EnumerateArray()
                .Select(frame => frame.EnumerateArray().Select(value => value.GetSingle()).ToArray())];
            int classes = known.GetProperty("alphabet").GetArrayLength(), blank = known.GetProperty("blank").GetInt32();
            float[] logits = [.. frames.SelectMany(frame => frame)];
            Same(known.GetProperty("greedy"), CtcDecoder.Greedy(logits, classes, blank));
            foreach (JsonElement beam in known.GetProperty("beams").EnumerateArray())
            {
                JsonElement[] best = [.. beam.GetProperty("best").EnumerateArray()];
                var found = CtcDecoder.Beam(logits, classes, blank, beam.GetProperty("width").GetInt32(), best.Length);
                Assert.Equal(best.Length, found.Count);
                for (int i = 0; i < best.Length; i++) Same(best[i], found[i]);
            }

            if (!known.TryGetProperty("exact", out JsonElement exact)) continue;
            JsonElement[] all = [.. exact.EnumerateArray()];
            var unlimited = CtcDecoder.Beam(logits, classes, blank, 100_000, all.Length);
            for (int i = 0; i < all.Length; i++) Same(all[i], unlimited[i]);
        }

        static void Same(JsonElement expected, CtcHypothesis found)
        {
            Assert.Equal(expected.Integers("labels"), found.Labels);
            Assert.Equal(expected.GetProperty("log_probability").GetDouble(), found.LogProbability, 1e-5);
        }
    }

    [Fact]
    public void An_unlimited_beam_s_probabilities_add_up_to_one() => Gen.Float[-3, 3].Array[3 * 5].Sample(logits =>
        Assert.Equal(1, CtcDecoder.Beam(logits, 3, 0, 100_000, 100_000).Sum(one => Math.Exp(one.LogProbability)), 1e-5), iter: 50);

    [Fact]
    public void A_language_model_turns_the_choice()
    {
        // Two frames that waver between 1 and 2, and a language that has only 2.
        float[] logits = [0, 2.1f, 2, 4, 0, 0];
        Assert.Equal([1], CtcDecoder.Beam(logits, 3, 0, 4)[0].Labels);
        Assert.Equal([2], CtcDecoder.Beam(logits, 3, 0, 4, language: new Only(2))[0].Labels);
    }

    private sealed class Only(int label) : ICtcLanguageModel
    {
        public double Score(ReadOnlySpan<int> before, int next) => next == label ? 0 : -5;

        public double ScoreEnd(ReadOnlySpan<int> labels) => 0;
    }
}
