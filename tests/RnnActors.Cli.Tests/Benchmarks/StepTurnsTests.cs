using RnnActors.Cli.Benchmarks;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public class StepTurnsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task One_run_goes_on_at_a_time(int runs)
    {
        var clock = new TurnClock(runs, TimeSpan.Zero, TimeProvider.System);
        using var turns = new StepTurns(runs, clock);
        int[] steps = new int[runs];
        int going = 0, max = 0;
        await Task.WhenAll(Enumerable.Range(0, runs).Select(run => Task.Factory.StartNew(
            () =>
            {
                // The first step is made by all at once.
                while (turns.StepEnded(run))
                {
                    max = Math.Max(max, Interlocked.Increment(ref going));
                    steps[run]++;
                    Interlocked.Decrement(ref going);
                }
            },
            TaskCreationOptions.LongRunning)));
        Assert.Equal(1, max);
        Assert.All(steps, number => Assert.True(number > 0));
        Assert.True(clock.IsOver);
    }

    [Fact]
    public async Task Nobody_waits_for_a_run_that_failed()
    {
        using var turns = new StepTurns(2, new TurnClock(2, TimeSpan.Zero, TimeProvider.System));
        var waiting = Task.Factory.StartNew(() => turns.StepEnded(0), TaskCreationOptions.LongRunning);
        turns.End();
        Assert.False(await waiting);
        Assert.False(turns.StepEnded(1));
    }
}
