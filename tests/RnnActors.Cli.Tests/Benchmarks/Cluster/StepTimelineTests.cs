using RnnActors.Cli.Benchmarks.Cluster;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks.Cluster;

public class StepTimelineTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_longest_step_after_a_fault_is_its_pause(int unaware)
    {
        var steps = Steps(10, [.. Repeat(1, 8 + unaware), 1.75, .. Repeat(1, 5)]);
        var pause = StepTimeline.Find(steps, TimeSpan.FromSeconds(8.5), isWithoutVictim: false);
        Assert.Equal(new Pause(0.75, 0, 1, 0), pause);
    }

    [Fact]
    public void What_those_who_are_left_need_longer_is_recomputation()
    {
        var steps = Steps(10, [.. Repeat(1, 9), 2.25, .. Repeat(2, 5)]);
        Assert.Equal(new Pause(1.25, 1, 1, 0), StepTimeline.Find(steps, TimeSpan.FromSeconds(9.5), isWithoutVictim: true));
        Assert.Equal(new Pause(1.25, 0, 1, 0), StepTimeline.Find(steps, TimeSpan.FromSeconds(9.5), isWithoutVictim: false));
    }

    [Fact]
    public void A_recomputation_is_never_longer_than_the_pause()
    {
        var steps = Steps(10, [.. Repeat(1, 9), 1.5, .. Repeat(2, 5)]);
        var pause = StepTimeline.Find(steps, TimeSpan.FromSeconds(8.5), isWithoutVictim: true);
        Assert.InRange(pause.Recomputation, 0, pause.Seconds);
    }

    [Fact]
    public void Cold_steps_at_the_beginning_are_not_the_median() =>
        Assert.Equal(1, StepTimeline.Find(Steps(0, [9, 9, 9, .. Repeat(1, 5), 4, 1]), TimeSpan.FromSeconds(32.5), isWithoutVictim: false).Median);

    [Fact]
    public void A_fault_after_the_last_step_is_no_error() =>
        Assert.Equal(0, StepTimeline.Find(Steps(0, Repeat(1, 5)), TimeSpan.FromSeconds(99), isWithoutVictim: true).Seconds);

    /// <summary>The clocks of two coordinators began at 100 and at 120 s: step 30 was made at 109 s, and step 26, from the checkpoint of step 25, at 124 s.</summary>
    [Theory]
    [InlineData(26, 4)]
    [InlineData(29, 7)]
    public void Another_coordinator_goes_on_from_its_checkpoint(int firstHeard, double elapsed)
    {
        var before = Steps(20, [.. Repeat(1, 10)]);
        var after = new StepDone(At(firstHeard), 0, 0, 0, 0) { Elapsed = TimeSpan.FromSeconds(elapsed) };
        Assert.Equal(new Pause(14, 0, 1, 5), StepTimeline.Find(before, TimeSpan.FromSeconds(99), 25, after, TimeSpan.FromSeconds(120)));
    }

    private static double[] Repeat(double value, int count) => [.. Enumerable.Repeat(value, count)];

    /// <summary>Steps of so many seconds, the first of which has the number after this.</summary>
    private static IReadOnlyList<StepDone> Steps(int from, double[] seconds)
    {
        double now = 0;
        return [.. seconds.Select((one, i) => new StepDone(At(from + 1 + i), 0, 0, 0, 0) { Elapsed = TimeSpan.FromSeconds(now += one) })];
    }

    private static TrainingProgress At(long step) => TrainingProgress.Start with { Step = step };
}
