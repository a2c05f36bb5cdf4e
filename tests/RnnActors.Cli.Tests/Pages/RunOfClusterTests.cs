using RnnActors.Cli.Pages;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Cli.Tests.Pages;

public sealed class RunOfClusterTests
{
    [Fact]
    public void The_run_that_trains_is_shown_then_the_first_that_waits_then_the_one_that_ended_last()
    {
        var old = Run("old", "complete", endedAt: 100);
        var newer = Run("newer", "failed", endedAt: 200);
        var waits = Run("waits", RunSummary.WaitingForData);
        var later = Run("later", RunSummary.Waiting);
        var trains = Run("trains", RunSummary.Running);

        Assert.Null(RunOfCluster.Choose([], null));
        Assert.Equal(newer, RunOfCluster.Choose([newer, old], null));
        Assert.Equal(waits, RunOfCluster.Choose([old, newer, waits, later], null));
        Assert.Equal(trains, RunOfCluster.Choose([old, waits, trains, later], null));
        var beside = Run("beside", RunSummary.Running);
        Assert.Equal(trains, RunOfCluster.Choose([trains, beside], "waits"));
        Assert.Equal(beside, RunOfCluster.Choose([trains, beside], "beside"));
        Assert.Equal(trains, RunOfCluster.Choose([old, trains, waits], "waits"));
    }

    private static RunSummary Run(string name, string state, long endedAt = 0) => new(name, name, state, 0, 0, 0, 0, 0, EndedAt: endedAt);
}
