using System.Globalization;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Local;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>
/// Causes a fault in the middle of a cluster's run, and measures its cost and whether the result has the same bits. The run has no end of its own: it goes on
/// until the fault has shown in its steps, however fast or busy the machine, and is then stopped.
/// </summary>
internal sealed class FaultBenchmark
{
    private const int StepsBefore = 30, StepsAfter = 10, MaxTries = 20;

    /// <summary>The approximate time between checkpoints, from which another coordinator continues.</summary>
    private const double SecondsBetweenCheckpoints = 0.5;

    /// <summary>Twice this is longer than a step's report takes to arrive, and shorter than the time after which a node counts as hung.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(0.25);

    private readonly Workload _workload;
    private readonly int _nodes;
    private readonly TrainingJob _job;
    private readonly TimeSpan _wanted;
    private readonly TimeSpan _step;

    /// <param name="nodes">Processes with a worker each, at least two.</param>
    /// <param name="step">How long a step takes on them, in seconds.</param>
    /// <param name="wanted">How long to train before the fault.</param>
    public FaultBenchmark(Workload workload, int nodes, double step, TimeSpan wanted)
    {
        (_workload, _nodes, _wanted, _step) = (workload, nodes, wanted, TimeSpan.FromSeconds(step));
        var job = workload.CreateLongJob(TrainingBenchmark.ShardsFor(workload, nodes, "nodes"));
        _job = job with { CheckpointEverySteps = (int)Math.Clamp(SecondsBetweenCheckpoints / step, 1, 10_000) };
    }

    public async Task<FaultResult> MeasureAsync(Fault fault, CancellationToken cancellation)
    {
        using var cluster = await BenchCluster.StartAsync(_nodes, hasStandby: fault == Fault.KilledCoordinator, cancellation).ConfigureAwait(false);
        var watch = new ClientWatch();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = cluster.TrainAsync(_job, watch.Observe, stop.Token);
        var disturbing = DisturbAsync(fault, cluster, watch, cancellation);
        // If the run itself fails, that is the error to report.
        if (await Task.WhenAny(run, disturbing).ConfigureAwait(false) == run && !disturbing.IsCompleted)
        {
            await run.ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            throw new TrainingFailedException("the run was stopped before its fault was seen");
        }

        var pause = await disturbing.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        var outcome = await run.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        string undisturbed = await TrainAloneAsync(outcome.State.Progress.Step, cancellation).ConfigureAwait(false);
        return new FaultResult(_workload.Name, _nodes, fault, pause.Seconds, pause.Recomputation, pause.Median, pause.StepsLost, pause.Tries, HashOf(outcome),
            undisturbed);
    }

    private async Task<Pause> DisturbAsync(Fault fault, BenchCluster cluster, ClientWatch watch, CancellationToken cancellation)
    {
        var began = await BeginningAsync(cluster.Coordinator, cancellation).ConfigureAwait(false);
        await watch.AwaitWorkers(_nodes).WaitAsync(cancellation).ConfigureAwait(false);
        await watch.AwaitStep(BenchCluster.Now - began.Time + _wanted).WaitAsync(cancellation).ConfigureAwait(false);
        await watch.AwaitSteps(watch.Steps.Count + StepsBefore).WaitAsync(cancellation).ConfigureAwait(false);
        while (fault == Fault.KilledCoordinator && !cluster.CopiedSteps.Any()) await Task.Delay(5, cancellation).ConfigureAwait(false);
        await Task.Delay(_step / 2, cancellation).ConfigureAwait(false);
        if (fault == Fault.KilledCoordinator)
        {
            cluster.Coordinator.Kill();
            var again = await BeginningAsync(cluster.Standby, cancellation).ConfigureAwait(false);
            int heard = watch.Steps.Count;
            await watch.AwaitSteps(heard + 1).WaitAsync(cancellation).ConfigureAwait(false);
            var steps = watch.Steps;
            return StepTimeline.Find([.. steps.Take(heard)], began.Time, again.Step, steps[heard], again.Time);
        }

        var victim = cluster.Workers[^1];
        (int held, int tries) = await StopHoldingAsync(victim, watch, cancellation).ConfigureAwait(false);
        TimeSpan? killed = null;
        if (fault == Fault.KilledWorker)
        {
            killed = BenchCluster.Now - began.Time;
            victim.Kill();
            await watch.AwaitLoss().WaitAsync(cancellation).ConfigureAwait(false);
        }
        else
        {
            long step = await watch.AwaitMoved(victim.Address).WaitAsync(cancellation).ConfigureAwait(false);
            await watch.AwaitSteps(held + 1).WaitAsync(cancellation).ConfigureAwait(false);
            held += (int)(step + 1 - watch.Steps[held].Progress.Step); // 0, unless the machine was so busy that nothing arrived for a while
        }

        await watch.AwaitSteps(held + 1 + StepsAfter).WaitAsync(cancellation).ConfigureAwait(false);
        if (fault == Fault.HungWorker) victim.Signal("CONT");
        await watch.AwaitSteps(watch.Steps.Count + StepsAfter).WaitAsync(cancellation).ConfigureAwait(false);
        return StepTimeline.Find(watch.Steps, held, killed) with { Tries = tries };
    }

    /// <summary>
    /// Stops a worker during a step that cannot end without it. If the worker has already delivered its part, or has none, it is continued and stopped again
    /// later: a worker that owes nothing can fail at no cost.
    /// </summary>
    /// <returns>How many steps were completed before that one, and how many tries it took.</returns>
    private async Task<(int Held, int Tries)> StopHoldingAsync(BenchNode victim, ClientWatch watch, CancellationToken cancellation)
    {
        for (int tries = 1; tries <= MaxTries; tries++)
        {
            victim.Signal("STOP");
            await Task.Delay(Standstill + _step, cancellation).ConfigureAwait(false);
            int heard = watch.Steps.Count;
            await Task.Delay(Standstill + _step, cancellation).ConfigureAwait(false);
            if (watch.Steps.Count == heard) return (heard, tries);
            victim.Signal("CONT");
            await watch.AwaitSteps(watch.Steps.Count + StepsAfter).WaitAsync(cancellation).ConfigureAwait(false);
        }

        throw new TrainingFailedException($"a worker was stopped {MaxTries} times, and no step waited for it: it was given no work");
    }

    /// <summary>When the clock of a coordinator's run began, and the step from which it continues.</summary>
    private static async Task<(TimeSpan Time, long Step)> BeginningAsync(BenchNode coordinator, CancellationToken cancellation)
    {
        const string Text = "trains from step ";
        var line = await coordinator.AwaitAsync("run_news", said => said["news"]!.GetValue<string>().Contains(Text, StringComparison.Ordinal), cancellation)
            .ConfigureAwait(false);
        string news = line.Members["news"]!.GetValue<string>();
        return (line.Heard, long.Parse(news.AsSpan(news.IndexOf(Text, StringComparison.Ordinal) + Text.Length), CultureInfo.InvariantCulture));
    }

    /// <summary>The parameters' hash after the same steps in one undisturbed process.</summary>
    private async Task<string> TrainAloneAsync(long steps, CancellationToken cancellation)
    {
        var job = _job with { Training = _job.Training with { MaxSteps = steps }, CheckpointEverySteps = null };
        var outcome = await LocalTraining.RunAsync(job, new LocalTrainingOptions
        {
            Workers = Math.Min(_nodes, Environment.ProcessorCount),
        }, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return HashOf(outcome);
    }

    private string HashOf(TrainingOutcome outcome) => TrainingCheckpoint.Hash(_job.Model.Layout, outcome.State.Parameters);
}
