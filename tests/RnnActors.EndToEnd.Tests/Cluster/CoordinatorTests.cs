using System.Diagnostics;
using System.Globalization;
using RnnActors.Core.Checkpoints;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Coordinators that are killed, alone or with a worker, with a standby or without: the
/// run goes on from its newest checkpoint to the bits of one process.</summary>
public sealed class CoordinatorTests : IDisposable
{
    private readonly ITestOutputHelper _log;
    private readonly TestCluster _cluster;

    public CoordinatorTests(ITestOutputHelper log)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        (_log, _cluster) = (log, new TestCluster(log));
    }

    public void Dispose() => _cluster?.Dispose();

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_standby_goes_on_with_the_run_of_a_coordinator_that_is_killed(bool withWorker) => _cluster.Watch(() =>
    {
        var coordinator = _cluster.StartCoordinator();
        var standby = _cluster.StartCoordinator("standby");
        _cluster.StartWorker("stays");
        var worker = _cluster.StartWorker("worker");
        var run = _cluster.Train(withWorker ? TestCluster.Words : TestCluster.Series);
        run.Await("workers_joined");
        run.Await("workers_joined");
        long step = run.AwaitProgress(50);
        _cluster.AwaitCopy(standby, step);
        var killed = Stopwatch.StartNew();
        if (withWorker) worker.Signal("KILL");
        coordinator.Kill();
        standby.Await("coordinator_changed", json => json["is_here"]!.GetValue<bool>());
        run.Await("cluster", json => json["message"]!.GetValue<string>().Contains("goes on with the run", StringComparison.Ordinal));
        // It goes on from a copy of a checkpoint, never from the beginning.
        long from = FirstStepOf(standby.Await("run_news",
            json => json["news"]!.GetValue<string>().Contains("trains from step", StringComparison.Ordinal))["news"]!.GetValue<string>());
        Assert.InRange(from, step, long.MaxValue);
        _log.WriteLine($"step {run.AwaitProgress()}, after all that were told before, was told {killed.Elapsed.TotalSeconds:0.0} s after the kill; the standby "
            + $"goes on from step {from}");
        run.AwaitProgress(50);
        _cluster.StopAndCompare(run);
    });

    [SkippableFact]
    public void A_coordinator_that_is_started_again_goes_on_with_its_run() => _cluster.Watch(() =>
    {
        var coordinator = _cluster.StartCoordinator();
        _cluster.StartWorker("worker-0");
        _cluster.StartWorker("worker-1");
        var run = _cluster.Train(TestCluster.Words);
        run.Await("workers_joined");
        run.Await("workers_joined");
        run.AwaitProgress(50);
        coordinator.Kill();
        long kept = new CheckpointFolder(Directory.GetDirectories(_cluster.Place["coordinator/runs"]).Single()).Newest().Found!.Step;
        var again = _cluster.StartCoordinator(port: coordinator.Port);
        long from = FirstStepOf(again.Await("run_news",
            json => json["news"]!.GetValue<string>().Contains("trains from step", StringComparison.Ordinal))["news"]!.GetValue<string>());
        Assert.Equal(kept, from);
        run.Await("cluster", json => json["message"]!.GetValue<string>().Contains("goes on with the run", StringComparison.Ordinal));
        run.AwaitProgress(50);
        _cluster.StopAndCompare(run);
    });

    [SkippableFact]
    public void A_standby_goes_on_with_the_run_of_a_coordinator_that_hangs_and_keeps_it_when_that_one_wakes() => _cluster.Watch(() =>
    {
        var coordinator = _cluster.StartCoordinator();
        var standby = _cluster.StartCoordinator("standby");
        _cluster.StartWorker("worker");
        var run = _cluster.Train(TestCluster.Series);
        run.Await("workers_joined");
        _cluster.AwaitCopy(standby, run.AwaitProgress(50));
        coordinator.Signal("STOP");
        standby.Await("coordinator_changed", json => json["is_here"]!.GetValue<bool>());
        run.Await("cluster", json => json["message"]!.GetValue<string>().Contains("goes on with the run", StringComparison.Ordinal));
        coordinator.Signal("CONT");
        coordinator.Await("node_rejoining");
        coordinator.Await("coordinator_changed", json => !json["is_here"]!.GetValue<bool>() && json["address"]?.GetValue<string>() == standby.Address);
        run.AwaitProgress(50);
        var status = _cluster.Status("client-1");
        Assert.Equal((standby.Address, 2), (status["coordinator"]!.GetValue<string>(), status["epoch"]!.GetValue<int>()));
        _cluster.StopAndCompare(run);
    });

    private static long FirstStepOf(string news) => long.Parse(news.AsSpan(news.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
}
