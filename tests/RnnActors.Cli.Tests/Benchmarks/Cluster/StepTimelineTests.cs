using RnnActors.Cli.Benchmarks.Cluster;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks.Cluster;

public class StepTimelineTests
{
    [Fact]
    public void What_a_step_took_longer_than_the_median_is_the_pause_of_a_hang() =>
        Assert.Equal(new Pause(0.75, 0, 1, 0), StepTimeline.Find(Steps(10, [.. Repeat(1, 8), 1.75, .. Repeat(1, 5)]), 8, null));

    [Fact]
    public void A_kill_s_pause_is_from_the_kill_to_the_end_of_its_step_and_what_those_who_are_left_need_longer_is_recomputation()
    {
        var steps = Steps(10, [.. Repeat(1, 9), 2.25, .. Repeat(2, 5)]);
        Assert.Equal(new Pause(1.5, 1, 1, 0), StepTimeline.Find(steps, 9, TimeSpan.FromSeconds(9.75)));
        Assert.Equal(new Pause(0.25, 0.25, 1, 0), StepTimeline.Find(steps, 9, TimeSpan.FromSeconds(11)));
    }

    [Fact]
    public void Cold_steps_at_the_beginning_are_not_the_median() =>
        Assert.Equal(1, StepTimeline.Find(Steps(0, [9, 9, 9, .. Repeat(1, 5), 4, 1]), 8, null).Median);

    [Fact]
    public void A_step_that_was_made_twice_is_lost() =>
        Assert.Equal(1, StepTimeline.Find([.. Steps(0, Repeat(1, 5)), .. Steps(4, [9, 10])], 5, null).StepsLost);

    /// <summary>The clocks of two coordinators began at 100 and at 120 s: step 30 was made at 109
    /// s, and step 26, from the checkpoint of step 25, at 124 s.</summary>
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
