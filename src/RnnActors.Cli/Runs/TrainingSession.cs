using System.Diagnostics;
using RnnActors.Cli.Commands;
using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Data.Tasks;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Local;

namespace RnnActors.Cli.Runs;

/// <summary>Trains a prepared run to its end or to a signal, shows it, and reports.</summary>
/// <param name="job">What is trained; its start is where the run begins in this process.</param>
/// <param name="identity">What checkpoints say of the run.</param>
internal sealed class TrainingSession(Terminal terminal, IRunView view, RunOverview run, TrainingJob job, RunIdentity identity, bool drawPlots)
{
    /// <param name="store">Where checkpoints go.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> TrainAsync(CheckpointStore store)
    {
        var losses = LossHistory.Read(run.Folder.File(LossHistory.FileName), run.Start.Epoch);
        var meter = new RunMeter(run.Start, run.Plan.LastStep, losses, TimeProvider.System, run.Cluster is null ? run.Teams.Workers : 0);
        var watch = new RunWatch(view, meter, losses, run.Folder.File(LossHistory.FileName));
        long began = Stopwatch.GetTimestamp();
        (var outcome, int stopped) = await TrainUntilStoppedAsync(store, watch).ConfigureAwait(false);
        if (outcome is null)
        {
            view.Warned("no coordinator has heard the order to stop. What the cluster has of the run stays there; the same command follows it again.");
            return stopped;
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        var seen = meter.Read();
        string? checkpoint = seen.Checkpoint?.Path;
        if (outcome.IsComplete)
        {
            Report(outcome.State, checkpoint, seen.Steps, elapsed.TotalSeconds, seen.TokensPerSecond, losses, wasFinished: false);
            return ExitCode.Done;
        }

        view.Stopped(new StopReport(
            stopped == ExitCode.Interrupted ? "Ctrl-C" : "SIGTERM", outcome.State.Progress, HashOf(outcome.State), checkpoint,
            checkpoint is null && run.Start.Step == 0 ? null : terminal.Invocation.Of("resume", run.Folder.Shown)));
        return stopped;
    }

    /// <summary>Says what a run that is already at its end has reached.</summary>
    public int ReportFinished(TrainingState state, string checkpoint)
    {
        Report(state, checkpoint, 0, 0, 0, LossHistory.Read(run.Folder.File(LossHistory.FileName), state.Progress.Epoch), wasFinished: true);
        return ExitCode.Done;
    }

    /// <returns>The outcome, null where a signal came and no cluster could be told, and the exit code that a signal asks for.</returns>
    private async Task<(TrainingOutcome? Outcome, int Stopped)> TrainUntilStoppedAsync(CheckpointStore store, RunWatch watch)
    {
        // Before anyone is told that the run began: it may be ended from then on.
        using var signals = new StopSignals(beforeExit: terminal.Restore);
        view.Started(run);
        if (PreparedTasks.Warning(run.Model, run.Task) is { } warning) view.Warned(warning);
        try
        {
            var outcome = await watch.FollowAsync(run.Cluster is { } cluster ? OnCluster(cluster) : Here()).ConfigureAwait(false);
            return (outcome, signals.ExitCode);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return (null, signals.ExitCode);
        }

        Task<TrainingOutcome> Here() => LocalTraining.RunAsync(
            job,
            new LocalTrainingOptions
            {
                Workers = run.Teams.Threads,
                Teams = run.Teams,
                Checkpoints = new CheckpointSink(store, run.Model, job.Training, identity),
                Observe = watch.Observe,
            },
            signals.Token);

        Task<TrainingOutcome> OnCluster(ClientOptions cluster) => ClusterTraining.RunAsync(
            job, identity, new ClusterTrainingOptions
            {
                Cluster = cluster,
                Name = run.Name,
                Folder = run.Folder.Path,
                KeepCheckpoints = run.Specification.Checkpoint.Keep,
                Datasets = new DatasetFile(DatasetFormats.All),
                Observe = watch.Observe,
            },
            signals.Token);
    }

    private void Report(TrainingState state, string? checkpoint, long steps, double seconds, double tokensPerSecond, LossHistory losses, bool wasFinished)
    {
        var result = TrainedRun.Result(job.Training, state);
        var score = new Scoring(run.Model, job.Training, result, run.Teams.Threads).Of(run.Task);
        var plots = drawPlots ? PlotFiles.Draw(run.Folder, run.Name, score, losses, job.Training.Loss, state.Progress.BestStep, view.Warned) : [];
        view.Finished(new RunReport(
            run.Specification, run.Model, HashOf(state), result == state.Best, state.Progress, wasFinished, steps, seconds, tokensPerSecond, run.StepsPerEpoch, score, checkpoint, plots,
            [.. NextCommands.After(run, state.Progress, terminal.Invocation)]));
    }

    private string HashOf(TrainingState state) => TrainingCheckpoint.Hash(run.Model.Layout, TrainedRun.Result(job.Training, state));
}
