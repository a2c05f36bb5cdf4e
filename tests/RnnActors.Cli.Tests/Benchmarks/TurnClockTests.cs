using RnnActors.Cli.Benchmarks;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public class TurnClockTests
{
    private readonly SetClock _time = new();

    [Fact]
    public void Runs_take_turns_after_each_has_warmed_up()
    {
        var clock = new TurnClock(runs: 2, TimeSpan.FromSeconds(1), _time);
        List<int> turns = [];
        Finish(clock, run => run == 0 ? 0.25 : 0.5, turns.Add);
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1, 0], turns);
        Assert.Equal([4, 3], clock.Times.Select(times => times.Turns));
        Assert.Equal([0.25, 0.5], clock.Times.Select(times => times.Steps.Median));
        Assert.Equal([2.0, 2.0, 2.0], clock.Times[1].Beside(clock.Times[0]));
        Assert.Equal((0.5, 1.0), (clock.Times[1].FasterThan(clock.Times[0]).Median, clock.Times[1].LongerThan(clock.Times[0]).Median));
    }

    [Fact]
    public void Whatever_slows_the_machine_down_slowly_is_taken_for_neither()
    {
        var clock = new TurnClock(runs: 3, TimeSpan.FromSeconds(20), _time);
        double slow = 1;
        Finish(clock, run => (1 << run) * 0.25 * (slow += 1 / 128.0), _ => { });
        Assert.All(Enumerable.Range(1, 2), run => Assert.All(clock.Times[run].Beside(clock.Times[0]), ratio => Assert.InRange(ratio / (1 << run), 0.98, 1.02)));
    }

    [Fact]
    public void A_turn_of_short_steps_lasts_a_tenth_of_a_second_without_its_first()
    {
        var clock = new TurnClock(runs: 2, TimeSpan.FromSeconds(0.5), _time);
        bool isFirst = true;
        Finish(clock, _ => isFirst ? 1 / 16.0 : 1 / 64.0, _ => isFirst = true, () => isFirst = false);
        Assert.All(clock.Times, times => Assert.Equal((1 / 64.0, 1 / 64.0), (times.Steps.Min, times.Steps.Median)));
        Assert.All(clock.Times, times => Assert.Equal(7 * times.Turns, times.Steps.Runs));
    }

    [Fact]
    public void A_step_that_something_else_held_up_is_not_taken_for_the_turns()
    {
        var clock = new TurnClock(runs: 2, TimeSpan.FromSeconds(1), _time);
        int steps = 0;
        Finish(clock, run => run == 1 && ++steps % 4 == 0 ? 0.5 : 1 / 32.0, _ => steps = 0);
        Assert.All(clock.Times[1].Beside(clock.Times[0]), ratio => Assert.Equal(1, ratio));
    }

    [Fact]
    public void The_first_is_measured_for_as_long_as_is_wanted_and_the_others_between_its_turns()
    {
        var clock = new TurnClock(runs: 2, TimeSpan.FromSeconds(10), _time);
        Finish(clock, run => run == 0 ? 2 : 0.25, _ => { });
        Assert.Equal([10, 1], clock.Times.Select(times => times.Seconds));
        Assert.Equal([5, 4], clock.Times.Select(times => times.Turns));
    }

    [Fact]
    public void Half_of_what_was_measured_lies_between_the_quartiles()
    {
        Assert.Equal(new Spread(2, 3, 4), Spread.Of([5, 1, 4, 3, 2]));
        Assert.Equal(new Spread(7, 7, 7), Spread.Of([7]));
        Assert.Equal("3.00 (2.00 to 4.00)", new Spread(2, 3, 4).Rates);
        Assert.Equal([20.0, 40.0], new Spread(0.2, 0.3, 0.4).Quartiles(100, 2));
    }

    /// <param name="seconds">Of a step of a run.</param>
    /// <param name="begun">A run's turn.</param>
    /// <param name="stepped">After each step.</param>
    private void Finish(TurnClock clock, Func<int, double> seconds, Action<int> begun, Action? stepped = null)
    {
        while (!clock.IsOver)
        {
            begun(clock.Run);
            clock.Begin();
            bool isOver;
            do
            {
                _time.Pass(seconds(clock.Run));
                isOver = clock.StepEnded();
                stepped?.Invoke();
            }
            while (!isOver);
        }
    }
}
