using System.Diagnostics;
using System.Globalization;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Computing never keeps heartbeats waiting: on a machine of which every core computes, nobody is taken for dead.</summary>
[Collection(ClusterCollection.Name)]
public sealed class LoadTests : IDisposable
{
    private const string Load = "load.json";

    private readonly ITestOutputHelper _log;
    private readonly TestCluster _cluster;

    public LoadTests(ITestOutputHelper log)
    {
        (_log, _cluster) = (log, new TestCluster(log));
        File.WriteAllText(_cluster.Place["load.txt"], Workplace.Text(200_000));
        File.WriteAllText(_cluster.Place[Load], """
            { "task": "language-model",
              "data": { "path": "load.txt", "steps": 32, "split": { "train": 0.8, "validation": 0.1, "test": 0.1 } },
              "model": [ { "embedding": 32 }, { "gru": 512 }, { "dense": "vocabulary" } ],
              "training": { "loss": "crossEntropy", "optimizer": { "adam": { "learningRate": 0.0001 } }, "batch": 64, "shards": 8, "epochs": 100000, "seed": 7 },
              "checkpoint": { "keep": 2 } }
            """);
    }

    public void Dispose() => _cluster.Dispose();

    [SkippableFact]
    public void Nobody_is_silent_while_every_core_computes() => _cluster.Watch(() =>
    {
        var coordinator = _cluster.StartCoordinator();
        ClusterNode[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(i => _cluster.StartWorker($"worker-{i}"))];
        var run = _cluster.Train(Load);
        foreach (var worker in workers) run.Await("workers_joined");
        long first = run.AwaitProgress(5), last = first;
        TimeSpan[] before = [.. workers.Select(worker => worker.ProcessorTime)];
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Lengths.Load) last = run.AwaitProgress(5);
        double[] cores = [.. workers.Select((worker, i) => (worker.ProcessorTime - before[i]) / clock.Elapsed)];
        _log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{last - first} steps in {clock.Elapsed.TotalSeconds:0} s, the workers at {string.Join(" and ", cores.Select(core => $"{core:P0}"))} of a core"));

        string[] said = [.. ((IEnumerable<ClusterNode>)[coordinator, .. workers]).SelectMany(node => node.TakeLines())];
        _cluster.StopAndCompare(run);
        Assert.DoesNotContain([.. said, .. run.AwaitEnd().Output.TrimEnd().Split('\n')], line =>
            new[] { "member_suspected", "member_lost", "node_rejoining", "workers_lost", "shards_moved", "paused" }.Any(name => Rnnactors.IsEvent(line, name)));
    });
}
