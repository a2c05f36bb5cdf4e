using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trackers;

namespace RnnActors.Cli.Views;

/// <summary>Trains a run to its end or until a signal, shows it, and draws its plots.</summary>
internal sealed class ShownRun(Terminal terminal, IRunView view, RunOverview run, bool drawPlots, IReadOnlyList<ITracker>? trackers = null)
{
    private readonly TrainingSession _session = new(run, view) { Trackers = trackers ?? [] };

    /// <param name="store">Where checkpoints go.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> TrainAsync(CheckpointStore store)
    {
        (var outcome, int stopped) = await TrainUntilStoppedAsync(store).ConfigureAwait(false);
        string signal = stopped == ExitCode.Interrupted ? "Ctrl-C" : "SIGTERM";
        if (outcome is { IsComplete: true }) return await FinishAsync(outcome).ConfigureAwait(false);
        await _session.EndTrackersAsync(new(outcome is null ? TrackedStatus.Detached : TrackedStatus.Stopped, outcome?.Story, [])).ConfigureAwait(false);
        if (outcome is null) view.Detached(_session.ReportDetached(signal));
        else view.Stopped(_session.ReportStopped(outcome, stopped == 0 ? "somebody else" : signal));
        return stopped == 0 ? ExitCode.Cancelled : stopped;
    }

    /// <summary>Reports the result of a run that is already complete.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> ReportFinishedAsync(TrainingState state, string checkpoint)
    {
        SessionOutcome outcome = _session.AlreadyFinished(state, checkpoint);
        _session.BeginTrackers(outcome);
        return FinishAsync(outcome);
    }

    /// <returns>The outcome, or null if a signal came and a cluster goes on; and the exit code for the signal, 0 for none.</returns>
    private async Task<(SessionOutcome? Outcome, int Stopped)> TrainUntilStoppedAsync(CheckpointStore store)
    {
        // Created before the start of the run is reported, since a signal may come from then on.
        using var signals = new StopSignals(beforeExit: terminal.Restore);
        var outcome = await _session.TrainAsync(store, signals.Token).ConfigureAwait(false);
        return (outcome, signals.ExitCode);
    }

    private IReadOnlyList<string> Report(RunReport report) =>
        report.Story is { } story ? ReportFile.Write(terminal, run.Folder.ReportPath, story, view.Warned) : [];

    private async Task<int> FinishAsync(SessionOutcome outcome)
    {
        var report = _session.Report(outcome);
        var losses = outcome.Losses.Plot($"{run.Name}: loss", LossText.Of(run.Specification.Training.Loss), report.Progress.BestStep);
        if (drawPlots)
        {
            var pictures = report.Story?.Pictures ?? [];
            report = report with { Plots = [.. PlotFiles.Draw(run.Folder, run.Name, report.Score, losses, pictures, view.Warned), .. Report(report)] };
        }

        await _session.EndTrackersAsync(new(TrackedStatus.Finished, report.Story, report.Plots)).ConfigureAwait(false);
        view.Finished(report);
        return ExitCode.Done;
    }
}
