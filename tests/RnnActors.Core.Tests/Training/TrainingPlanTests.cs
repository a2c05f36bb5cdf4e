using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public class TrainingPlanTests
{
    private static readonly TrainingSpec Spec = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(0.5), Batch = 4, Shards = 4, Epochs = 3 };

    [Fact]
    public void A_run_has_epochs_times_batches_steps_and_closes_each_epoch()
    {
        var plan = Plan(Spec, validates: false);
        var progress = TrainingProgress.Start;
        List<int> closedAt = [];
        while (!plan.IsFinished(progress))
        {
            if (plan.IsEpochDone(progress)) closedAt.Add((int)progress.Step);
            progress = plan.IsEpochDone(progress) ? plan.CloseEpoch(progress, null) : TrainingPlan.AfterStep(progress, new LossSum(2, 4, 0));
        }

        Assert.Equal([3, 6, 9], closedAt);
        Assert.Equal((9, 3, 0, default), (progress.Step, progress.Epoch, progress.Position, progress.EpochLoss));
        Assert.Equal((9, 9), (plan.TotalSteps, plan.LastStep));
    }

    [Theory]
    [InlineData(4, 4, 1, 1)]
    [InlineData(6, 6, 2, 0)]
    [InlineData(100, 9, 3, 0)]
    public void A_limit_of_steps_ends_a_run_and_an_epoch_that_is_then_done_is_closed(long max, long step, int epoch, int position)
    {
        var plan = Plan(Spec with { MaxSteps = max }, validates: false);
        var progress = TrainingProgress.Start;
        while (!plan.IsFinished(progress)) progress = plan.IsEpochDone(progress) ? plan.CloseEpoch(progress, null) : TrainingPlan.AfterStep(progress, default);
        Assert.Equal((step, epoch, position), (progress.Step, progress.Epoch, progress.Position));
        Assert.Equal(9, plan.TotalSteps);
        Assert.Equal(step, plan.LastStep);
    }

    [Fact]
    public void Training_stops_when_the_validation_loss_has_not_improved_for_as_long_as_patience_allows()
    {
        var plan = Plan(Spec with { EarlyStopping = new EarlyStopping(Patience: 2, MinDelta: 0.1), Epochs = 100 }, validates: true);
        var progress = Close(plan, 5, 3, 2.95, 4);
        Assert.True(progress is { Stopped: true, BestLoss: 3, BestStep: 2, EpochsSinceBest: 2 });
        Assert.True(plan.IsFinished(progress));
        Assert.False(Close(plan, 5, 3, 2.95, 2.8).Stopped);
    }

    [Fact]
    public void A_validation_loss_that_is_not_a_number_is_never_the_best()
    {
        var plan = Plan(Spec with { Epochs = 100 }, validates: true);
        Assert.True(Close(plan, double.NaN) is { BestLoss: null, EpochsSinceBest: 1 });
        Assert.True(Close(plan, double.NaN, 3) is { BestLoss: 3, BestStep: 2, EpochsSinceBest: 0 });
        Assert.True(Close(plan, 3, double.NaN) is { BestLoss: 3, BestStep: 1, EpochsSinceBest: 1 });
    }

    [Fact]
    public void A_plateau_lowers_the_learning_rate()
    {
        var plan = Plan(Spec with { Schedule = new ReduceOnPlateau(0.1, Patience: 1), Epochs = 100 }, validates: true);
        Assert.Equal(0.5f, plan.LearningRate(Close(plan, 5, 6)));
        Assert.Equal(0.05f, plan.LearningRate(Close(plan, 5, 6, 7)));
    }

    [Theory]
    [InlineData(null, 10.0, 1f)]
    [InlineData(2.0, 1.5, 1f)]
    [InlineData(2.0, 8.0, 0.25f)]
    public void A_norm_above_the_limit_scales_the_gradient(double? limit, double norm, float scale) =>
        Assert.Equal(new UpdateStep(1, 0.5f, scale, 0.25f),
            Plan(Spec with { ClipNorm = limit, ClipValue = 0.25 }, validates: false).NextUpdate(TrainingProgress.Start, norm));

    [Fact]
    public void What_needs_a_validation_is_refused_without_one()
    {
        Assert.Contains("earlyStopping", Assert.Throws<InvalidInputException>(() => Plan(Spec with { EarlyStopping = new(1) }, validates: false)).Message,
            StringComparison.Ordinal);
        Assert.Contains("plateau", Assert.Throws<InvalidInputException>(() => Plan(Spec with { Schedule = new ReduceOnPlateau() }, validates: false)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Ten rows: three batches an epoch.</summary>
    private static TrainingPlan Plan(TrainingSpec spec, bool validates) => new(spec, TestJobs.Values(10, 2, 1, 1, 1), validates);

    /// <summary>Epochs of one step each that end with these validation losses.</summary>
    private static TrainingProgress Close(TrainingPlan plan, params double[] losses) =>
        losses.Aggregate(TrainingProgress.Start, (progress, loss) => plan.CloseEpoch(progress with { Step = progress.Step + 1 }, loss));
}
