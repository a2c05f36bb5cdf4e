using RnnActors.Core.Generation;
using Xunit;

namespace RnnActors.Core.Tests.Generation;

/// <summary>Beam search over logits that are given: token 0 begins a target, 1 ends it.</summary>
public class BeamTests
{
    private static readonly DecodingSpec Spec = new() { Begin = 0, End = 1, MaxLength = 2, BeamWidth = 2 };

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    [InlineData(1)]
    public void Hypotheses_are_ranked_with_the_length_penalty_of_Wu(double alpha)
    {
        var beam = new Beam(Spec with { LengthPenalty = alpha }, vocabulary: 4, sourceLength: 0);
        beam.Extend(Logs(0.1, 0.4, 0.3, 0.2), default, 0);
        beam.Extend(Logs(0.1, 0.6, 0.2, 0.1, 0.25, 0.25, 0.25, 0.25), default, 0);
        var best = beam.Best();
        Assert.Equal([1, 2], best.Select(one => one.Tokens.Count).Order());
        Assert.All(best, one => Assert.Equal(one.LogProbability / Math.Pow((5.0 + one.Tokens.Count) / 6, alpha), one.Score, 1e-9));
        Assert.Equal(best.OrderByDescending(one => one.Score), best);
    }

    /// <summary>As in fairseq, an end counts only among as many best extensions as the beam is wide: else short targets would crowd out the others.</summary>
    [Fact]
    public void An_end_behind_the_beam_s_width_ends_nothing()
    {
        var beam = new Beam(Spec with { LengthPenalty = 0 }, vocabulary: 4, sourceLength: 0);
        beam.Extend(Logs(0.05, 0.2, 0.4, 0.35), default, 0);
        Assert.Equal([2, 3], [beam.LastTokenOf(0), beam.LastTokenOf(1)]);

        // Every extension is less likely than the end would have been.
        beam.Extend(Logs(0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25), default, 0);
        Assert.All(beam.Best(), one => Assert.Equal(2, one.Tokens.Count));
    }

    private static float[] Logs(params double[] probabilities) => [.. probabilities.Select(probability => (float)Math.Log(probability))];
}
