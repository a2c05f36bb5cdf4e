using System.Diagnostics;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Workers that are many, killed, hung, coming and going: the run loses no step, and ends with the bits of one process.</summary>
public sealed class WorkerTests : IDisposable
{
    private readonly ITestOutputHelper _log;
    private readonly TestCluster _cluster;

    public WorkerTests(ITestOutputHelper log)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        (_log, _cluster) = (log, new TestCluster(log));
    }

    public void Dispose() => _cluster?.Dispose();

    [SkippableFact]
    public void One_two_three_and_five_workers_have_the_parameters_of_one_process() => _cluster.Watch(() =>
    {
        _cluster.StartCoordinator();
        string alone = _cluster.Alone(TestCluster.Words, 60);
        for (int workers = 0; workers < 5;)
        {
            int more = workers == 3 ? 2 : 1;
            _cluster.StartWorker($"worker-{workers}", more);
            workers += more;
            // Another depth of checkpoints is another run of the same steps.
            var run = _cluster.Train(TestCluster.Words, "--max-steps", "60", "--set", $"checkpoint.everySteps={20 + workers}");
            var done = run.Await("done");
            Assert.Equal(60, done["steps"]!.GetValue<long>());
            Assert.Equal(alone, Rnnactors.Parameters(done));
        }
    });

    [SkippableFact]
    public void Workers_that_are_killed_in_mid_step_cost_nothing_that_was_done() => _cluster.Watch(() =>
    {
        _cluster.StartCoordinator();
        _cluster.StartWorker("stays");
        var victim = _cluster.StartWorker("victim-0");
        var run = _cluster.Train(TestCluster.Series);
        run.Await("workers_joined");
        run.Await("workers_joined");
        for (int kill = 1; kill <= Lengths.Kills; kill++)
        {
            run.AwaitProgress();
            var killed = Stopwatch.StartNew();
            victim.Kill();
            string reason = run.Await("workers_lost")["reason"]!.GetValue<string>();
            _log.WriteLine($"step {run.AwaitProgress()} was told {killed.Elapsed.TotalSeconds:0.0} s after the kill: {reason}");
            victim = _cluster.StartWorker($"victim-{kill}");
            run.Await("workers_joined");
        }

        _cluster.StopAndCompare(run);
    });

    [SkippableFact]
    public void A_worker_that_hangs_for_long_is_late_and_its_late_answers_are_ignored()
    {
        // It is still a member when it wakes, so that its answers come.
        using var cluster = new TestCluster(_log) { SuspectAfter = 60 };
        cluster.Watch(() =>
        {
            cluster.StartCoordinator();
            cluster.StartWorker("stays");
            var hangs = cluster.StartWorker("hangs");
            var run = cluster.Train(TestCluster.Words);
            run.Await("workers_joined");
            run.Await("workers_joined");
            run.AwaitProgress(20);
            var stopped = Stopwatch.StartNew();
            hangs.Signal("STOP");
            var moved = run.Await("shards_moved");
            _log.WriteLine($"step {moved["step"]}: {moved["shards"]} shards moved, since the node {moved["reason"]}");
            _log.WriteLine($"step {run.AwaitProgress()} was told {stopped.Elapsed.TotalSeconds:0.0} s after the node was stopped");
            while (stopped.Elapsed < Lengths.Hang) run.AwaitProgress();
            hangs.Signal("CONT");
            run.AwaitProgress(200);
            cluster.StopAndCompare(run);
        });
    }

    [SkippableFact]
    public void A_worker_that_hangs_for_too_long_is_done_without_and_let_in_again_when_it_wakes() => _cluster.Watch(() =>
    {
        _cluster.StartCoordinator();
        _cluster.StartWorker("stays");
        var hangs = _cluster.StartWorker("hangs");
        var run = _cluster.Train(TestCluster.Words);
        run.Await("workers_joined");
        run.Await("workers_joined");
        run.AwaitProgress(20);
        hangs.Signal("STOP");
        run.Await("workers_lost");
        run.AwaitProgress(20);
        hangs.Signal("CONT");
        hangs.Await("node_rejoining");
        run.Await("workers_joined");
        run.AwaitProgress(20);
        _cluster.StopAndCompare(run);
    });

    [SkippableFact]
    public void Workers_join_and_leave_at_random_while_the_run_goes_on() => _cluster.Watch(() =>
    {
        var random = new Random(Lengths.Seed(_log));
        _cluster.StartCoordinator();
        List<ClusterNode> workers = [_cluster.StartWorker("worker-0"), _cluster.StartWorker("worker-1")];
        var run = _cluster.Train(TestCluster.Words);
        run.Await("workers_joined");
        run.Await("workers_joined");
        for (int change = 2; change < 2 + Lengths.Changes; change++)
        {
            run.AwaitProgress();
            if (workers.Count == 1 || (workers.Count < 4 && random.Next(2) == 0))
            {
                workers.Add(_cluster.StartWorker($"worker-{change}", 1 + random.Next(2)));
                run.Await("workers_joined");
                continue;
            }

            var leaves = workers[random.Next(workers.Count)];
            workers.Remove(leaves);
            leaves.Signal("TERM");
            run.Await("workers_left");
            Assert.Equal(0, leaves.AwaitEnd().ExitCode);
        }

        _cluster.StopAndCompare(run);
    });

    [SkippableFact]
    public void Training_waits_when_every_worker_is_gone_and_goes_on_when_one_comes() => _cluster.Watch(() =>
    {
        _cluster.StartCoordinator();
        ClusterNode[] workers = [_cluster.StartWorker("worker-0"), _cluster.StartWorker("worker-1")];
        var run = _cluster.Train(TestCluster.Series);
        run.Await("workers_joined");
        run.Await("workers_joined");
        run.AwaitProgress();
        foreach (var worker in workers) worker.Signal("KILL");
        long paused = run.Await("paused")["step"]!.GetValue<long>();
        _cluster.StartWorker("worker-2");
        Assert.Equal(paused, run.Await("continued")["step"]!.GetValue<long>());
        Assert.True(run.AwaitProgress(30) > paused);
        _cluster.StopAndCompare(run);
    });
}
