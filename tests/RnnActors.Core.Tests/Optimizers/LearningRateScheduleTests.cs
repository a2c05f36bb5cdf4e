using RnnActors.Core.Optimizers;
using Xunit;

namespace RnnActors.Core.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    private static SchedulePoint At(long step) => new(step, StepsPerEpoch: 10, TotalSteps: 100);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 0.5)]
    [InlineData(59, 0.25)]
    [InlineData(99, 0.0625)]
    public void Step_multiplies_every_so_many_epochs(long step, double factor) => Assert.Equal(factor, new StepSchedule(2, 0.5).FactorAt(At(step)));

    [Theory]
    [InlineData(9, 1)]
    [InlineData(10, 0.5)]
    [InlineData(35, 0.125)]
    public void Exponential_multiplies_every_epoch(long step, double factor) => Assert.Equal(factor, new ExponentialSchedule(0.5).FactorAt(At(step)));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 0.55)]
    [InlineData(25, 0.868198051533946)]
    [InlineData(100, 0.1)]
    [InlineData(1000, 0.1)]
    public void Cosine_falls_to_the_final_factor_and_stays(long step, double factor) =>
        Assert.Equal(factor, new CosineSchedule(0.1).FactorAt(At(step)), 1e-12);

    [Fact]
    public void Cosine_begins_where_the_warm_up_ends()
    {
        var schedule = new CosineSchedule { WarmupSteps = 20 };
        Assert.Equal(0.05, schedule.FactorAt(At(0)), 1e-15);
        Assert.Equal(1, schedule.FactorAt(At(19)));
        Assert.Equal(1, schedule.FactorAt(At(20)));
        Assert.Equal(0.5, schedule.FactorAt(At(60)), 1e-12);
    }

    [Fact]
    public void Warm_up_rises_linearly_to_the_schedules_own_factor()
    {
        var schedule = new StepSchedule(1, 0.5) { WarmupSteps = 15 };
        Assert.Equal(1 / 15.0, schedule.FactorAt(At(0)));
        Assert.Equal(10 / 15.0, schedule.FactorAt(At(9)));
        Assert.Equal(0.5 * 12 / 15, schedule.FactorAt(At(11)));
        Assert.Equal(0.5, schedule.FactorAt(At(15)));
    }

    [Fact]
    public void A_warm_up_longer_than_the_run_never_divides_by_zero()
    {
        for (long step = 0; step < 300; step++)
            Assert.InRange(new CosineSchedule { WarmupSteps = 200 }.FactorAt(new SchedulePoint(step, 0, 0)), 0, 1);
    }

    [Fact]
    public void Constant_follows_nothing_but_the_warm_up() => Assert.Equal(1, new ConstantSchedule().FactorAt(At(77)));

    [Fact]
    public void Plateau_reduces_after_more_than_patience_bad_epochs_and_no_lower_than_the_minimum()
    {
        var schedule = new ReduceOnPlateau(0.5, Patience: 1, MinDelta: 0.1, MinFactor: 0.3);
        double[] losses = [1, 0.95, 0.85, 0.9, double.NaN, 0.8, 0.8, 0.1, 0.1, 0.1];
        double[] factors = [1, 1, 1, 1, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3];
        PlateauState state = PlateauState.Initial;
        for (int i = 0; i < losses.Length; i++)
        {
            state = schedule.Next(state, losses[i]);
            Assert.Equal(factors[i], state.Factor);
        }

        Assert.Equal(0.1, state.Best);
        Assert.Equal(state.Factor, schedule.FactorAt(At(5), state.Factor));
    }
}
