using RnnActors.Data.Specifications;
using RnnActors.Runs.Judgements;
using RnnActors.Runs.Preparing;
using Xunit;

namespace RnnActors.Runs.Tests.Judgements;

public sealed class LearningRateSweepTests
{
    private static readonly string[] Tiny = ["data.window=6", "data.horizon=3", "model.0.lstm=4", "training.batch=64", "training.epochs=2"];

    [Fact]
    public async Task Any_number_of_threads_sees_the_same_losses_and_the_run_is_not_touched()
    {
        PreparedRun run = Example();
        List<int> seen = [];
        LearningRateSweep one = await LearningRateSweep.OfAsync(run, 1, (step, _, _) => seen.Add(step)), three = await LearningRateSweep.OfAsync(run, 3);
        Assert.Equal(one.Losses, three.Losses);
        Assert.Equal(one.Rates, three.Rates);
        Assert.Equal(Enumerable.Range(1, one.Rates.Length), seen);
        Assert.Equal(LearningRateSweep.Lowest, one.Rates[0], 1e-12);
        for (int i = 1; i < one.Rates.Length; i++) Assert.Equal(Math.Pow(1e8, 1.0 / 99), one.Rates[i] / one.Rates[i - 1], 1e-5);
        Assert.NotNull(one.Suggestion);
        Assert.Null(run.Job.Start);
        Assert.Equal(0, run.Start.Step);
    }

    [Fact]
    public async Task A_rate_at_which_numbers_overflow_ends_the_sweep_and_not_the_program()
    {
        LearningRateSweep sweep =
            await LearningRateSweep.OfAsync(Example("training.optimizer={\"sgd\":{\"learningRate\":0.1}}", "training.loss=\"mse\"", "data.scale=\"none\""), 1);
        Assert.InRange(sweep.Rates.Length, 10, LearningRateSweep.Steps);
    }

    /// <summary>Golden: what fastai's <c>valley</c> and Lightning's <c>suggestion</c> give for the same smoothed losses, computed with their code.</summary>
    [Fact]
    public void Both_rules_give_what_the_libraries_give()
    {
        double[] rates = [.. Enumerable.Range(0, 100).Select(i => 1e-7 * Math.Pow(1e8, i / 99.0))];
        double[] losses = [.. Enumerable.Range(0, 100)
            .Select(i => 2 - (1.5 / (1 + Math.Exp(-(i - 60) / 6.0))) + (0.01 * Math.Sin(i * 1.7)) + Math.Exp((i - 92) / 2.0))];
        Assert.Equal(0.004037017258596558, LearningRateRules.Valley(rates, losses)!.Value, 1e-12);
        Assert.Equal(0.008497534359086439, LearningRateRules.Steepest(rates, losses)!.Value, 1e-12);
    }

    [Fact]
    public void Smoothing_begins_without_a_bias_and_ends_where_losses_explode()
    {
        Assert.Equal([3.0, 3.0, 3.0], LearningRateRules.Smooth([3, 3, 3]).Select(loss => Math.Round(loss, 12)));
        Assert.Equal(2.0 / 3, LearningRateRules.Smooth([0, 1, 1])[2], 0.01);
        Assert.False(LearningRateRules.HasDiverged([.. Enumerable.Repeat(1.0, 20), 3.9]));
        Assert.True(LearningRateRules.HasDiverged([.. Enumerable.Repeat(1.0, 20), 4.1]));
        Assert.False(LearningRateRules.HasDiverged([.. Enumerable.Repeat(-5.0, 20), 9.9]));
        Assert.True(LearningRateRules.HasDiverged([.. Enumerable.Repeat(-5.0, 20), 10.1]));
        Assert.False(LearningRateRules.HasDiverged([1, 100]));
    }

    [Fact]
    public void Losses_that_do_not_fall_suggest_nothing()
    {
        double[] rates = [.. Enumerable.Range(1, 40).Select(i => (double)i)];
        LearningRateSweep sweep = LearningRateSweep.Of(rates, [.. rates.Select(rate => 1 + rate)]);
        Assert.Null(sweep.Suggestion);
        Assert.Null(sweep.Steepest);
        Assert.Null(LearningRateSweep.Of([1, 2], [2, 1]).Suggestion);
    }

    private static PreparedRun Example(params string[] changes) => PreparedRun.Create("run", RunSpecification.ForDataFile(null).With([.. Tiny, .. changes]));
}
