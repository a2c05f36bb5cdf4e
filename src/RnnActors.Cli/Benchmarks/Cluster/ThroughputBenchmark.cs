using RnnActors.Core.Training;
using RnnActors.Training.Arrangement;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>Times training by node processes and by local workers, by turns.</summary>
internal static class ThroughputBenchmark
{
    private const int Turns = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<ThroughputResult> MeasureAsync(Workload workload, int nodes, TimeSpan wanted, CancellationToken cancellation)
    {
        using var cluster = await BenchCluster.StartAsync(nodes, hasStandby: false, cancellation).ConfigureAwait(false);
        var job = workload.CreateLongJob(TrainingBenchmark.ShardsFor(workload, nodes, "nodes"));
        var turns = new ThroughputTurn[Turns];
        List<NodeStatus> nodesSeen = [];
        for (int turn = 0; turn < Turns; turn++)
        {
            var local = await TrainingBenchmark.TimeAsync(job, ThreadArrangement.Choose(job, nodes).Teams, wanted, cancellation: cancellation)
                .ConfigureAwait(false);
            (var times, var status) = await TimeAsync(cluster, job, nodes, wanted, cancellation).ConfigureAwait(false);
            turns[turn] = new ThroughputTurn(local, times);
            nodesSeen.AddRange(status.Nodes);
        }

        long necessary = 2 * sizeof(float) * (long)job.Model.Layout.Count;
        var traffic = nodesSeen.Where(node => node.BytesSentPerStep > 0).GroupBy(node => node.Node.Name).Select(node => new TrafficResult(
            workload.Name, nodes, node.Key, [.. node.Select(turn => new TrafficTurn(turn.BytesSentPerStep, turn.BytesReceivedPerStep))], necessary));
        return new ThroughputResult(workload.Name, nodes, workload.Tokens, turns, [.. traffic]);
    }

    /// <summary>Trains on the cluster, and times enough steps once all nodes take part.</summary>
    /// <returns>The times, and the cluster's status at their end.</returns>
    private static async Task<(StepTimes Times, ClusterStatus Status)> TimeAsync(BenchCluster cluster, TrainingJob job, int nodes, TimeSpan wanted,
        CancellationToken cancellation)
    {
        var watch = new ClientWatch();
        var time = new ToldTime();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        StepClock? clock = null;
        void Observe(TrainingEvent happened)
        {
            watch.Observe(happened);
            if (happened is not StepDone step || watch.Workers < nodes || enough.Task.IsCompleted) return;
            time.Now = step.Elapsed;
            clock ??= new StepClock(wanted, time);
            if (clock.StepEnded()) enough.SetResult();
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = cluster.TrainAsync(job, Observe, stop.Token);
        await Task.WhenAny(run, enough.Task).ConfigureAwait(false);
        var client = ClusterClient.Create(cluster.Client);
        await using var ending = client.ConfigureAwait(false);
        var status = run.IsCompleted ? null : await client.AskAsync<ClusterStatus>(new GetStatus(), Patience, cancellation).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await run.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return (clock!.Times, status ?? throw new TrainingFailedException("the coordinator does not tell its status"));
    }

    /// <summary>The coordinator's clock, as reported with its steps.</summary>
    private sealed class ToldTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
