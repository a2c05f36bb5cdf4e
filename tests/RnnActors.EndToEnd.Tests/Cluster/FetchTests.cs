using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>A cluster's run that is brought here is as if it had been trained here.</summary>
public sealed class FetchTests(ITestOutputHelper log) : IDisposable
{
    private readonly TestCluster _cluster = new(log);

    public void Dispose() => _cluster.Dispose();

    [SkippableFact]
    public void A_fetched_run_has_a_ledger_by_which_a_step_is_computed_again() => _cluster.Watch(() =>
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        _cluster.StartCoordinator();
        _cluster.StartWorker("worker");
        var run = _cluster.Train(TestCluster.Series, "--set", "training.hashEverySteps=3");
        run.Await("checkpoint", json => json["step"]!.GetValue<long>() >= 12);
        _cluster.Command(run.Name, "cancel", "series");
        run.AwaitStopped();
        _cluster.Command(run.Name, "fetch", "series", "--out", "fetched");

        var replayed = Rnnactors.Run(_cluster.Place.Path, "replay", "fetched", "--step", "9", "--json");
        Assert.True(replayed.ExitCode == 0, replayed.ToString());
        var step = Rnnactors.Json(replayed.Output.TrimEnd().Split('\n')[^1]);
        Assert.True(step["agrees"]!.GetValue<bool>(), replayed.ToString());
        Assert.Equal(step["parameters"]!.GetValue<string>(), step["parameters_again"]!.GetValue<string>());
        Assert.Equal(_cluster.Alone(TestCluster.Series, 9), step["parameters"]!.GetValue<string>());
    });
}
