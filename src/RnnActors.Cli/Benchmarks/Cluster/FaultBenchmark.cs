using System.Globalization;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>Does something to a cluster in the middle of a run, and looks what it costs and whether the result is the same bits.</summary>
internal sealed class FaultBenchmark
{
    private const int LeastSteps = 30, MostSteps = 6000, StepsAfter = 4, CheckpointsBefore = 4;

    /// <summary>A fault takes a while to come about: the run must not be over before it.</summary>
    private const double LeastSeconds = 2;

    /// <summary>Less than anyone waits before a node is taken for hung.</summary>
    private static readonly TimeSpan ShortestHang = TimeSpan.FromSeconds(1);

    private readonly Workload _workload;
    private readonly int _nodes;
    private readonly TrainingJob _job;
    private readonly int _steps;
    private readonly TimeSpan _halfStep;
    private string? _undisturbed;

    /// <param name="nodes">Processes with a worker each, two at least.</param>
    /// <param name="step">Seconds that a step takes on them.</param>
    /// <param name="wanted">How long to train before the fault.</param>
    public FaultBenchmark(Workload workload, int nodes, double step, TimeSpan wanted)
    {
        (_workload, _nodes, _halfStep) = (workload, nodes, TimeSpan.FromSeconds(step / 2));
        _steps = (int)Math.Clamp(2 * Math.Max(LeastSeconds, wanted.TotalSeconds) / step, LeastSteps, MostSteps);
        var job = workload.CreateLongJob(TrainingBenchmark.ShardsFor(workload, nodes, "nodes"));
        _job = job with { Training = job.Training with { MaxSteps = _steps }, CheckpointEverySteps = Math.Max(1, _steps / 2 / CheckpointsBefore) };
    }

    public async Task<FaultResult> MeasureAsync(Fault fault, CancellationToken cancellation)
    {
        _undisturbed ??= await TrainAloneAsync(cancellation).ConfigureAwait(false);
        using var cluster = await BenchCluster.StartAsync(_nodes, hasStandby: fault == Fault.KilledCoordinator, cancellation).ConfigureAwait(false);
        var watch = new CrewWatch();
        var run = cluster.TrainAsync(_job, watch.Observe, cancellation);
        var disturbing = DisturbAsync(fault, cluster, watch, cancellation);
        // A run that fails is what is to be told, and not that no step came any more.
        if (await Task.WhenAny(run, disturbing).ConfigureAwait(false) == run && !disturbing.IsCompleted)
        {
            await run.ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            throw new TrainingFailedException($"the run of {_steps} steps was over before its fault");
        }

        var find = await disturbing.ConfigureAwait(false);
        var outcome = await run.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        var pause = find();
        return new FaultResult(_workload.Name, _nodes, fault, pause.Seconds, pause.Recomputation, pause.Median, pause.StepsLost, HashOf(outcome), _undisturbed);
    }

    /// <returns>Finds the pause when the run is over.</returns>
    private async Task<Func<Pause>> DisturbAsync(Fault fault, BenchCluster cluster, CrewWatch watch, CancellationToken cancellation)
    {
        var began = await BeginningAsync(cluster.Coordinator, cancellation).ConfigureAwait(false);
        await watch.AwaitWorkers(_nodes).WaitAsync(cancellation).ConfigureAwait(false);
        await watch.AwaitSteps(Math.Max(_steps / 2, watch.Steps.Count + 1)).WaitAsync(cancellation).ConfigureAwait(false);
        while (fault == Fault.KilledCoordinator && !cluster.CopiedSteps.Any()) await Task.Delay(5, cancellation).ConfigureAwait(false);
        await Task.Delay(_halfStep, cancellation).ConfigureAwait(false);
        if (fault == Fault.KilledCoordinator)
        {
            cluster.Coordinator.Kill();
            var again = await BeginningAsync(cluster.Standby, cancellation).ConfigureAwait(false);
            int heard = watch.Steps.Count;
            await watch.AwaitSteps(heard + 1).WaitAsync(cancellation).ConfigureAwait(false);
            var steps = watch.Steps;
            return () => StepTimeline.Find([.. steps.Take(heard)], began.Time, again.Step, steps[heard], again.Time);
        }

        var victim = cluster.Workers[^1];
        var now = BenchCluster.Now - began.Time;
        if (fault == Fault.KilledWorker)
        {
            victim.Kill();
        }
        else
        {
            victim.Signal("STOP");
            await watch.AwaitStep(now + ShortestHang).WaitAsync(cancellation).ConfigureAwait(false);
            await watch.AwaitSteps(watch.Steps.Count + StepsAfter).WaitAsync(cancellation).ConfigureAwait(false);
            victim.Signal("CONT");
        }

        return () => StepTimeline.Find(watch.Steps, now, isWithoutVictim: fault == Fault.KilledWorker);
    }

    /// <summary>When the clock of a coordinator's run began, and the step that it goes on from.</summary>
    private static async Task<(TimeSpan Time, long Step)> BeginningAsync(BenchNode coordinator, CancellationToken cancellation)
    {
        const string Text = "trains from step ";
        var line = await coordinator.AwaitAsync("run_news", said => said["news"]!.GetValue<string>().Contains(Text, StringComparison.Ordinal), cancellation).ConfigureAwait(false);
        string news = line.Members["news"]!.GetValue<string>();
        return (line.Heard, long.Parse(news.AsSpan(news.IndexOf(Text, StringComparison.Ordinal) + Text.Length), CultureInfo.InvariantCulture));
    }

    private async Task<string> TrainAloneAsync(CancellationToken cancellation)
    {
        var outcome = await LocalTraining.RunAsync(_job, new LocalTrainingOptions { Workers = Math.Min(_nodes, Environment.ProcessorCount) }, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return HashOf(outcome);
    }

    private string HashOf(TrainingOutcome outcome) => TrainingCheckpoint.Hash(_job.Model.Layout, outcome.State.Parameters);
}
