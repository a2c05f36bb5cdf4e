using RnnActors.Cli.Benchmarks;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public class StepClockTests
{
    private readonly SetClock _time = new();

    [Fact]
    public void The_first_steps_are_not_counted()
    {
        var clock = new StepClock(TimeSpan.FromSeconds(4), _time);
        bool[] ended = [.. new[] { 9.0, 0.25, 0.25, 1, 2, 1 }.Select(seconds => EndAfter(clock, seconds))];
        Assert.Equal([false, false, false, false, false, true], ended);
        Assert.Equal((3, 1.0, 1.0), (clock.Times.Runs, clock.Times.Min, clock.Times.Median));
    }

    [Fact]
    public void Warming_up_lasts_a_quarter_of_the_time()
    {
        var clock = new StepClock(TimeSpan.FromSeconds(4), _time);
        int steps = 1;
        while (!EndAfter(clock, 0.125)) steps++;
        Assert.Equal((8 + 32, 32), (steps, clock.Times.Runs));
    }

    [Fact]
    public void Three_steps_are_measured_however_long_they_take()
    {
        var clock = new StepClock(TimeSpan.FromSeconds(1), _time);
        int steps = 1;
        while (!EndAfter(clock, 5)) steps++;
        Assert.Equal((6, 3), (steps, clock.Times.Runs));
    }

    [Fact]
    public void The_median_of_an_even_number_is_the_slower_one_of_the_middle() => Assert.Equal(3, new StepTimes([4, 1, 3, 2]).Median);

    private bool EndAfter(StepClock clock, double seconds)
    {
        _time.Pass(seconds);
        return clock.StepEnded();
    }
}
