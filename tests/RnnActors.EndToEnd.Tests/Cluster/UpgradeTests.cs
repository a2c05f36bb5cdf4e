using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.Training.Hosting;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>A cluster is brought to the next version while it trains, node by node, each on its own data directory: the run loses no step and no bit.</summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly TestCluster _cluster;

    public UpgradeTests(ITestOutputHelper log)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        _cluster = new TestCluster(log);
    }

    public void Dispose() => _cluster?.Dispose();

    [SkippableFact]
    public void A_rolling_upgrade_with_the_coordinator_last_loses_no_step_and_changes_no_bit() => _cluster.Watch(() =>
    {
        var coordinator = _cluster.StartCoordinator();
        var standby = _cluster.StartCoordinator("standby");
        ClusterNode[] workers = [_cluster.StartWorker("worker-0"), _cluster.StartWorker("worker-1")];
        var run = _cluster.Train(TestCluster.Series);
        run.Await("workers_joined");
        run.Await("workers_joined");
        run.AwaitProgress(50);

        _cluster.Library = NextBuild.Create(_cluster.Place["next"]);
        foreach (var worker in workers)
        {
            Leave(worker);
            _cluster.StartWorker(worker.Name);
            run.Await("workers_joined");
        }

        Leave(standby);
        standby = _cluster.StartCoordinator(standby.Name, standby.Port);
        AwaitReady(standby);
        Leave(coordinator);
        run.Await("cluster", json => json["message"]!.GetValue<string>().Contains("goes on with the run", StringComparison.Ordinal));
        run.AwaitProgress(20);
        coordinator = _cluster.StartCoordinator(coordinator.Name, coordinator.Port);
        AwaitReady(coordinator);
        run.AwaitProgress(20);

        var status = _cluster.Status("client-1");
        Assert.Equal(standby.Address, status["coordinator"]!.GetValue<string>());
        Assert.Equal(4, status["nodes"]!.AsArray().Count(node => node!["version"]!.GetValue<string>() == NextBuild.Version));
        _cluster.StopAndCompare(run);
        long[] steps = [.. run.AwaitEnd().Output.Split('\n').Where(line => line.StartsWith('{') && Rnnactors.IsEvent(line, "step"))
            .Select(line => Rnnactors.Json(line)["step"]!.GetValue<long>())];
        Assert.NotEmpty(steps);
        Assert.Equal(steps.Distinct().Order(), steps);
    });

    private static void Leave(ClusterNode node)
    {
        node.Signal("TERM");
        Assert.Equal(0, node.AwaitEnd().ExitCode);
    }

    /// <summary>Until <c>health</c> says that the node is well, as a rollout waits.</summary>
    private void AwaitReady(ClusterNode node)
    {
        var health = new HealthFile(_cluster.Place[node.Name]);
        var limit = DateTime.UtcNow.AddSeconds(60);
        while (health.Read(onlyAlive: false) is { } problem)
        {
            Assert.True(DateTime.UtcNow < limit, problem);
            Thread.Sleep(50);
        }
    }
}
