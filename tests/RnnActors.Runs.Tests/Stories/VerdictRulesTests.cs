using RnnActors.Runs.Stories;
using Xunit;

namespace RnnActors.Runs.Tests.Stories;

public sealed class VerdictRulesTests
{
    private static readonly double[] Falling = [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.18, 0.17];

    [Theory]
    [InlineData(8, 10, false, Standing.Better, 0.2)]
    [InlineData(9.7, 10, false, Standing.Near, 0.03)]
    [InlineData(10.4, 10, false, Standing.Near, -0.04)]
    [InlineData(12, 10, false, Standing.Worse, -0.2)]
    [InlineData(0.9, 0.6, true, Standing.Better, 0.5)]
    [InlineData(0.3, 0.6, true, Standing.Worse, -0.5)]
    public void Network_and_rival_are_compared_by_the_share_of_the_rivals(double own, double rival, bool isHigherBetter, Standing standing, double margin)
    {
        (Standing found, double? by) = VerdictRules.Compare(own, rival, isHigherBetter);
        Assert.Equal(standing, found);
        Assert.Equal(margin, by!.Value, 1e-9);
    }

    [Fact]
    public void Nothing_is_said_of_what_was_not_compared()
    {
        Assert.Equal((Standing.Unknown, null), VerdictRules.Compare(1, null, false));
        Assert.Equal((Standing.Unknown, null), VerdictRules.Compare(double.NaN, 1, false));
        Assert.Equal((Standing.Better, null), VerdictRules.Compare(0.5, 0, true));
        Verdict verdict = VerdictRules.Of(Facts([], [], own: null, rival: null));
        Assert.Equal((Standing.Unknown, Fit.Unknown), (verdict.Standing, verdict.Fit));
        Assert.Contains("No rows were held back", verdict.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void A_validation_loss_that_rises_while_the_training_loss_falls_is_overfitted()
    {
        double[] rising = [1, 0.8, 0.7, 0.65, 0.66, 0.7, 0.74, 0.78, 0.8, 0.82];
        Verdict verdict = VerdictRules.Of(Facts(Falling, rising));
        Assert.Equal(Fit.Over, verdict.Fit);
        Assert.Contains("lowest in epoch 4 of 10", verdict.Reasons[0], StringComparison.Ordinal);
        Assert.Contains(verdict.Advice, advice => advice.Contains("earlyStopping", StringComparison.Ordinal));
        Assert.DoesNotContain(VerdictRules.Of(Facts(Falling, rising) with { KeepsBest = true }).Advice,
            advice => advice.Contains("earlyStopping", StringComparison.Ordinal));
    }

    [Fact]
    public void Losses_that_still_fall_or_never_fell_are_underfitted()
    {
        double[] gaining = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], flat = [1, 1, 0.999, 1, 1, 0.999, 1, 1, 0.999, 0.998];
        Assert.Equal(Fit.Under, VerdictRules.FitOf(Falling, gaining));
        Verdict verdict = VerdictRules.Of(Facts(flat, flat));
        Assert.Equal(Fit.Under, verdict.Fit);
        Assert.Contains("learning rate", Assert.Single(verdict.Advice), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_few_epochs_is_told_to_train_longer_and_not_less()
    {
        Verdict verdict = VerdictRules.Of(Facts([1, 0.5], [1, 0.6], own: 2, rival: 1));
        Assert.Equal((Standing.Worse, Fit.Unknown), (verdict.Standing, verdict.Fit));
        Assert.Contains(verdict.Advice, advice => advice.StartsWith("Train longer: 2 epochs", StringComparison.Ordinal));

        // One that ends within its first epoch has not validated yet, whether it has rows for it or not.
        Verdict early = VerdictRules.Of(Facts([], [], own: 2, rival: 1));
        Assert.Contains(early.Advice, advice => advice.StartsWith("Train longer: less than an epoch", StringComparison.Ordinal));
        Assert.DoesNotContain(early.Reasons.Concat(early.Advice), said => said.Contains("old rows back", StringComparison.Ordinal));
        Assert.DoesNotContain(early.Reasons, said => said.Contains("held back", StringComparison.Ordinal));
    }

    [Fact]
    public void Losses_that_have_settled_are_right_and_a_few_epochs_tell_nothing()
    {
        double[] settled = [1, 0.6, 0.5, 0.45, 0.44, 0.435, 0.434, 0.434, 0.433, 0.433];
        Assert.Equal(Fit.Right, VerdictRules.FitOf(Falling, settled));
        Assert.Equal(Fit.Unknown, VerdictRules.FitOf(Falling[..3], settled[..3]));
        Assert.Equal(Fit.Unknown, VerdictRules.FitOf(Falling, [.. Falling.Select(_ => double.NaN)]));
    }

    [Theory]
    [InlineData(8, "The network beats the best simple baseline: RMSE is 8, that of last value 10, 20 % better.")]
    [InlineData(12.5, "The network does not beat the best simple baseline: RMSE is 12.5, that of last value 10, 25 % worse.")]
    [InlineData(10.1,
        "The network is about as good as the best simple baseline: RMSE is 10.1, that of last value 10, 1 % worse. Other rows may tell otherwise.")]
    public void The_headline_says_by_how_much(double own, string expected) => Assert.Equal(expected, VerdictRules.Of(Facts([], [], own)).Headline);

    private static VerdictFacts Facts(double[] training, double[] validation, double? own = 8, double? rival = 10) =>
        new("RMSE", own, rival is null ? null : "last value", rival, false, training, validation, KeepsBest: false);
}
