using System.Diagnostics;
using System.Globalization;
using RnnActors.Core.Checkpoints;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>A cluster of two coordinators and three workers to which random things happen, all of them from one seed.</summary>
/// <param name="network">Whose cable is pulled at times; null for none.</param>
internal sealed class Chaos(TestCluster cluster, Network? network, int seed, ITestOutputHelper log)
{
    private const int Workers = 3;

    private readonly Random _random = new(seed);
    private readonly List<ClusterNode> _candidates = [];
    private readonly List<ClusterNode> _workers = [];
    private readonly SortedDictionary<string, int> _counts = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _started;
    private ClusterRun _run = null!;

    /// <summary>Lets so many things happen to a run, and holds it to the bits of one that nothing disturbed.</summary>
    /// <param name="max">No further fault happens after this time.</param>
    public void Disturb(string specification, int faults, TimeSpan max)
    {
        for (int i = 0; i < 2; i++) _candidates.Add(cluster.StartCoordinator(Plugged($"candidate-{i}", i)));
        for (int i = 0; i < Workers; i++) StartWorker();
        network?.Plug("client-1", 1);
        _run = cluster.Train(specification);
        _run.Await("workers_joined");
        _run.AwaitProgress(50);
        int done = 0;
        for (; done < faults && Elapsed < max.TotalSeconds; done++)
        {
            Disturb();
            AssertNothingLost();
        }

        log.WriteLine($"seed {seed}: {done} faults ({string.Join(", ", _counts.Select(count => $"{count.Value} {count.Key}"))}) in {Elapsed:0} s");
        cluster.StopAndCompare(_run);
        foreach (var candidate in _candidates) AssertCheckpoints(candidate);
    }

    private double Elapsed => Stopwatch.GetElapsedTime(_began).TotalSeconds;

    private void Disturb()
    {
        double before = Elapsed;
        string kind = _random.Next(network is null ? 22 : 24) switch
        {
            < 5 => KillWorker(),
            < 8 => HangWorker(),
            < 11 => ReplaceWorker(),
            < 13 => KillEveryWorker(),
            < 16 => KillCandidate(),
            < 18 => KillCandidateAndWorker(),
            18 => HangCandidate(),
            < 21 => RestartCandidate(),
            21 => KillCandidates(),
            _ => CutCable(),
        };
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        long step = _run.AwaitProgress();
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before,6:0.0} s: {kind}; step {step} after {Elapsed - before:0.0} s"));
    }

    private string KillWorker()
    {
        TakeWorker().Kill();
        StartWorker();
        return "workers killed";
    }

    private string KillEveryWorker()
    {
        while (_workers.Count > 0) TakeWorker().Kill();
        for (int i = 0; i < Workers; i++) StartWorker();
        return "times all workers killed";
    }

    private string HangWorker()
    {
        var worker = _workers[_random.Next(_workers.Count)];
        worker.Signal("STOP");
        Thread.Sleep(_random.Next(4000)); // how long it hangs is a part of the disturbance
        worker.Signal("CONT");
        return "workers hung";
    }

    private string ReplaceWorker()
    {
        StartWorker();
        TakeWorker().Signal("TERM");
        return "workers replaced";
    }

    private string KillCandidate()
    {
        int which = _random.Next(_candidates.Count);
        string kind = _candidates[which].IsCoordinator ? "coordinators killed" : "standbys killed";
        _candidates[which].Kill();
        StartAgain(which);
        return kind;
    }

    private void StartAgain(int which) => _candidates[which] = cluster.StartCoordinator(_candidates[which].Name, _candidates[which].Port);

    private string KillCandidateAndWorker()
    {
        TakeWorker().Signal("KILL");
        string kind = KillCandidate();
        StartWorker();
        return kind + " with a worker";
    }

    private string HangCandidate()
    {
        var candidate = _candidates[_random.Next(_candidates.Count)];
        string kind = candidate.IsCoordinator ? "coordinators hung" : "standbys hung";
        candidate.Signal("STOP");
        Thread.Sleep(_random.Next(9000)); // how long it hangs is a part of the disturbance
        candidate.Signal("CONT");
        return kind;
    }

    private string RestartCandidate()
    {
        int which = _random.Next(_candidates.Count);
        string kind = _candidates[which].IsCoordinator ? "coordinators stopped and started" : "standbys stopped and started";
        _candidates[which].Signal("TERM");
        _candidates[which].AwaitEnd();
        StartAgain(which);
        return kind;
    }

    private string KillCandidates()
    {
        foreach (var candidate in _candidates) candidate.Kill();
        for (int which = 0; which < _candidates.Count; which++) StartAgain(which);
        return "times all candidates killed";
    }

    private string CutCable()
    {
        network!.Cut();
        Thread.Sleep(_random.Next(9000)); // how long the cut lasts is a part of the disturbance
        network.Heal();
        return "cuts";
    }

    private void StartWorker()
    {
        int number = _started++;
        _workers.Add(cluster.StartWorker(Plugged($"worker-{number}", number % 2), 1 + _random.Next(2)));
    }

    private ClusterNode TakeWorker()
    {
        var worker = _workers[_random.Next(_workers.Count)];
        _workers.Remove(worker);
        return worker;
    }

    private string Plugged(string name, int side)
    {
        network?.Plug(name, side);
        return name;
    }

    /// <summary>Of the checkpoints that people were told of, the newest is there still, or a newer one.</summary>
    private void AssertNothingLost()
    {
        long kept = -1;
        // What is read may be removed meanwhile, since there is a newer one.
        for (int attempt = 0; attempt < 3 && kept < _run.Saved; attempt++) kept = _candidates.Max(candidate => Newest(candidate)?.Found?.Step ?? -1);
        Assert.True(kept >= _run.Saved, $"A checkpoint of step {_run.Saved} was told of, and the newest that is left is of step {kept}.");
    }

    private CheckpointSearch? Newest(ClusterNode candidate) =>
        Directory.Exists(cluster.Place[$"{candidate.Name}/runs"]) && Directory.GetDirectories(cluster.Place[$"{candidate.Name}/runs"]) is [var folder]
            ? new CheckpointFolder(folder).Newest()
            : null;

    /// <summary>The candidate has a checkpoint of the run, and none is damaged.</summary>
    private void AssertCheckpoints(ClusterNode candidate)
    {
        foreach (string folder in Directory.GetDirectories(Path.Combine(cluster.Place[candidate.Name], "runs")))
        {
            var search = new CheckpointFolder(folder).Newest();
            Assert.NotNull(search.Found);
            Assert.Empty(search.Skipped);
        }
    }
}
