using RnnActors.Cli.Benchmarks.Host;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks.Host;

public class HostRoundTests
{
    /// <summary>By the nearest rank: of 200 requests the 198th is the 99th percentile.</summary>
    [Fact]
    public void Percentiles_are_times_that_requests_took()
    {
        HostTurn turn = HostTurn.Of(Enumerable.Range(1, 200).Reverse().Select(i => (double)i));
        Assert.Equal((100, 190, 198), (turn.P50, turn.P95, turn.P99));
        Assert.Equal((7, 7, 7), (HostTurn.Of([7]).P50, HostTurn.Of([7]).P95, HostTurn.Of([7]).P99));
        Assert.Throws<ArgumentOutOfRangeException>(() => HostTurn.Of([]));
    }

    /// <summary>A machine that gets steadily slower makes no difference to the ratio: the turn beside a training lies between the other two.</summary>
    [Fact]
    public void A_ratio_is_over_both_turns_without_training()
    {
        var round = new HostRound(1, HostTurn.Of([1]), HostTurn.Of([4]), HostTurn.Of([4]), 3, true);
        Assert.Equal(2, round.Ratio(turn => turn.P99), 1e-12);
        Assert.Equal(4, round.Noise(turn => turn.P99));
        var slower = new HostRound(2, HostTurn.Of([1]), HostTurn.Of([1.5]), HostTurn.Of([2.25]), 3, true);
        Assert.Equal(1, slower.Ratio(turn => turn.P99), 1e-12);
        Assert.EndsWith("3 steps and a newer model", round.Line, StringComparison.Ordinal);
    }
}
