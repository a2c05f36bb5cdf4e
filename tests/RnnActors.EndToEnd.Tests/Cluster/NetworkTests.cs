using System.Diagnostics;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Networks that are cut, slow and lossy.</summary>
[Collection(ClusterCollection.Name)]
public sealed class NetworkTests : IDisposable
{
    private readonly ITestOutputHelper _log;
    private readonly Network _network;
    private readonly TestCluster _cluster;

    public NetworkTests(ITestOutputHelper log)
    {
        if (Network.Hindrance() is { } hindrance) Skip.If(true, hindrance);
        _log = log;
        var network = _network = new Network();
        _cluster = new TestCluster(log) { Wrapper = network.Enter, Binding = name => ["--bind", network.AddressOf(name)] };
    }

    public void Dispose()
    {
        _cluster?.Dispose();
        _network?.Dispose();
    }

    [SkippableFact]
    public void The_smaller_side_of_a_cut_stops_and_rejoins_while_the_other_goes_on() => _cluster.Watch(() =>
    {
        // The coordinator is on the smaller side: it is the standby that goes on.
        foreach (string name in new[] { "coordinator", "worker-0" }) _network.Plug(name, 0);
        foreach (string name in new[] { "standby", "worker-1", "worker-2", "client-1" }) _network.Plug(name, 1);
        var coordinator = _cluster.StartCoordinator();
        var standby = _cluster.StartCoordinator("standby");
        var cutOff = _cluster.StartWorker("worker-0");
        _cluster.StartWorker("worker-1");
        _cluster.StartWorker("worker-2");
        var run = _cluster.Train(TestCluster.Words);
        for (int i = 0; i < 3; i++) run.Await("workers_joined");
        run.AwaitProgress(50);

        _network.Cut();
        var clock = Stopwatch.StartNew();
        standby.Await("coordinator_changed", json => json["is_here"]!.GetValue<bool>());
        _log.WriteLine($"the standby took over after {clock.Elapsed.TotalSeconds:0.0} s");
        standby.Await("run_news", json => json["news"]!.GetValue<string>().Contains("trains from step", StringComparison.Ordinal));
        coordinator.Await("node_rejoining");
        cutOff.Await("node_rejoining");
        run.AwaitProgress(20);

        _network.Heal();
        coordinator.Await("cluster_joined");
        cutOff.Await("cluster_joined");
        run.Await("workers_joined", json => json["node"]!.GetValue<string>().StartsWith(_network.AddressOf("worker-0") + ":", StringComparison.Ordinal));
        run.AwaitProgress(20);
        _cluster.StopAndCompare(run);
    });

    [SkippableFact]
    public void Lines_of_fifty_milliseconds_that_lose_every_hundredth_packet_change_nothing() => _cluster.Watch(() =>
    {
        PlugAll("delay packets", name => _network.Impair(name, "delay", "50ms", "loss", "1%"));
        TrainALittle(10);
    });

    [SkippableFact]
    public void Lines_that_lose_every_hundredth_packet_change_nothing() => _cluster.Watch(() =>
    {
        PlugAll("lose packets", name => _network.Lose(name, 0.01));
        TrainALittle(100);
    });

    [SkippableFact]
    public void A_node_behind_a_slow_line_gets_fewer_shards_and_sends_one_gradient() => _cluster.Watch(() =>
    {
        PlugAll("slow a line", name =>
        {
            if (name == "worker-1") _network.Slow(name, 20);
        });

        // A model of 0.4 MB with five shards: the slow node is the last to come, and an even part
        // at the end is no node of the tree, so that its gradient is sent twice.
        var specification = Rnnactors.Json(File.ReadAllText(_cluster.Place[TestCluster.Words]));
        specification["model"]![1]!["gru"] = 160;
        File.WriteAllText(_cluster.Place[TestCluster.Words], specification.ToJsonString());
        _cluster.StartCoordinator();
        _cluster.StartWorker("worker-0");
        var run = _cluster.Train(TestCluster.Words);
        run.Await("workers_joined");
        _cluster.StartWorker("worker-1");
        run.Await("workers_joined");
        var clock = Stopwatch.StartNew();
        run.AwaitProgress(10);
        _log.WriteLine($"the first ten steps took {clock.Elapsed.TotalSeconds:0.0} s");
        string slow = _network.AddressOf("worker-1") + ":";
        for (int i = 0; ; i++)
        {
            run.AwaitProgress();
            var status = _cluster.Status("coordinator");
            var node = status["nodes"]!.AsArray().Single(node => node!["node"]!.GetValue<string>().StartsWith(slow, StringComparison.Ordinal))!;
            Assert.True(i < 30, $"The shards do not follow the speed: {status.ToJsonString()}");
            string shards = node["shards"]!.GetValue<string>();
            if (shards.Length != 1) continue; // more than one, or none at the moment
            long bytes = node["bytes_received_per_step"]!.GetValue<long>();
            if (bytes > 1.05 * status["runs"]![0]!["parameter_bytes"]!.GetValue<long>()) continue;
            _log.WriteLine($"step {status["runs"]![0]!["step"]}: shard {shards}, {bytes} bytes a step");
            break;
        }

        clock.Restart();
        run.AwaitProgress(10);
        _log.WriteLine($"ten steps took {clock.Elapsed.TotalSeconds:0.0} s");
        _cluster.StopAndCompare(run);
    });

    /// <summary>Four machines on one switch, with something in their lines; where the kernel has no means for it, the test is left out.</summary>
    private void PlugAll(string what, Action<string> impair)
    {
        string[] names = ["coordinator", "worker-0", "worker-1", "client-1"];
        foreach (string name in names) _network.Plug(name, 0);
        try
        {
            foreach (string name in names) impair(name);
        }
        catch (InvalidOperationException error)
        {
            Skip.If(true, $"This kernel cannot {what}: {error.Message}");
        }
    }

    private void TrainALittle(int steps)
    {
        _cluster.StartCoordinator();
        _cluster.StartWorker("worker-0");
        _cluster.StartWorker("worker-1");
        var run = _cluster.Train(TestCluster.Words);
        run.Await("workers_joined");
        run.Await("workers_joined");
        _log.WriteLine($"step {run.AwaitProgress(steps)}");
        _cluster.StopAndCompare(run);
    }
}
