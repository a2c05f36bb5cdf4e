using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>A backtest whose origins are runs of a cluster: a worker that is killed changes no cell of its table.</summary>
public sealed class BacktestTests : IDisposable
{
    private readonly TestCluster _cluster;

    public BacktestTests(ITestOutputHelper log)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        _cluster = new TestCluster(log);
    }

    public void Dispose() => _cluster?.Dispose();

    [SkippableFact]
    public void A_killed_worker_changes_no_cell() => _cluster.Watch(() =>
    {
        string[] backtest = ["backtest", Workplace.Forecast, "--origins", "3", "--every", "4", "--epochs", "40", "--no-plot"];
        _cluster.StartCoordinator();
        _cluster.StartWorker("stays");
        var victim = _cluster.StartWorker("victim");
        var run = _cluster.Bring(Workplace.Forecast, backtest);
        run.Await("workers_joined");
        run.Await("workers_joined");
        run.Await("epoch");
        victim.Kill();
        run.Await("workers_lost");
        JsonObject table = run.Await("backtested");
        Assert.Equal(0, run.AwaitEnd().ExitCode);

        var alone = Rnnactors.Run(_cluster.Place.Path, [.. backtest, "--json", "--out", "alone"]);
        Assert.True(alone.ExitCode == 0, alone.ToString());
        JsonObject expected = Rnnactors.Json(alone.Output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(3, table["origins"]!.AsArray().Count);
        foreach (string key in (string[])["origins", "metrics", "deviations", "baselines"])
            Assert.Equal(expected[key]!.ToJsonString(), table[key]!.ToJsonString());
        Assert.Equal(File.ReadAllText(_cluster.Place["alone/backtest.csv"]), File.ReadAllText(_cluster.Place[$"{run.Name}/backtest.csv"]));
    });
}
