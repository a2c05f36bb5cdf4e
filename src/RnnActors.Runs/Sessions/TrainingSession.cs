using System.Diagnostics;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Judgements;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trackers;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Local;

namespace RnnActors.Runs.Sessions;

/// <summary>Trains a prepared run until its end or its cancellation, in this process or on a cluster, and reports.</summary>
/// <param name="view">Receives everything that happens; null for none.</param>
public sealed class TrainingSession(RunOverview overview, IRunView? view = null)
{
    private readonly RunOverview _run = overview.Arranged();
    private readonly IRunView _view = view ?? new Unwatched();
    private volatile string? _takenAs;

    /// <summary>Other programs to which the run's story is sent.</summary>
    public IReadOnlyList<ITracker> Trackers { get; init; } = [];

    /// <summary>The run's id in a cluster that has received everything it needs and would finish without this process; null before that.</summary>
    public string? TakenAs => _takenAs;

    /// <summary>Trains a new run in a folder of its own, and scores it.</summary>
    /// <param name="overwrite">Whether to replace a run that the folder holds.</param>
    /// <param name="cancellation">Ends the run between two steps, with a checkpoint. On a cluster it only stops following; the run goes on.</param>
    /// <returns>Null where it was cancelled, on a cluster also by others. <c>Resumption</c> can then resume from the folder.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be used.</exception>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite. The parameters were not updated.</exception>
    /// <exception cref="TrainingFailedException">The run failed for another reason.</exception>
    public async Task<RunReport?> TrainNewAsync(bool overwrite = false, CancellationToken cancellation = default)
    {
        using var store = _run.Folder.Begin(_run.Specification.Checkpoint.Keep, overwrite);
        return await TrainAndReportAsync(store, cancellation).ConfigureAwait(false);
    }

    /// <summary>Resumes a run from the state that it was opened with, and scores it.</summary>
    /// <inheritdoc cref="TrainNewAsync"/>
    public async Task<RunReport?> ResumeAsync(CancellationToken cancellation = default)
    {
        using var store = new CheckpointStore(_run.Folder.Path, _run.Specification.Checkpoint.Keep);
        return await TrainAndReportAsync(store, cancellation).ConfigureAwait(false);
    }

    /// <summary>Trains without scoring the result.</summary>
    /// <param name="store">Where checkpoints go.</param>
    /// <returns>Null where it was cancelled and a cluster goes on with it.</returns>
    /// <inheritdoc cref="TrainNewAsync"/>
    public async Task<SessionOutcome?> TrainAsync(CheckpointStore store, CancellationToken cancellation = default)
    {
        var losses = LossHistory.Read(_run.Folder.LossesPath, _run.Start.Epoch);
        var meter = new RunMeter(_run.Start, _run.Plan.LastStep, losses, TimeProvider.System, _run.Cluster is null ? _run.Teams.Workers : 0);
        RunStory? before = _run.IsResumed ? StoryFile.Read((_run.GoesOnFrom ?? _run.Folder).StoryPath) : null;
        var story = new StoryRecorder(_run, before) { Observers = Trackers };
        using var ledger = new LedgerWriter(_run.Folder.LedgerPath, _run.Run.Job.CreatePlan().Order, _run.Start.Step,
            _run.Cluster is null ? $"{Environment.MachineName}, {_run.Teams.Threads} threads" : null);
        var watch = new RunWatch(_view, meter, story, losses, ledger, _run.Folder) { Trackers = Trackers, HasLowPriority = _run.HasLowPriority };
        var prints = Task.Run(() => DataFingerprints.Write(_run.Folder, _run.Specification, _run.Run.Identity.DataHash), CancellationToken.None);
        long began = Stopwatch.GetTimestamp();
        _view.Opened(story);
        _view.Started(_run);
        foreach (string note in _run.Task.Notes)
        {
            story.Warned(note);
            _view.Noted(note);
        }

        if (before is null || (_run.GoesOnFrom is { } from && from.Path != _run.Folder.Path)) Examine(story);
        foreach (ITracker tracker in Trackers) tracker.Begins(_run, story.Read());
        try
        {
            var training = _run.Cluster is { } cluster ? OnCluster(cluster, watch, cancellation) : Here(store, watch, cancellation);
            var outcome = await watch.FollowAsync(training).ConfigureAwait(false);
            await prints.ConfigureAwait(false);
            var seen = meter.Read();
            return new SessionOutcome(
                outcome.State, outcome.IsComplete, seen.Checkpoint?.Path, seen.Steps, Stopwatch.GetElapsedTime(began), seen.TokensPerSecond, losses)
            {
                Story = story.Read(),
                Reason = outcome.Reason,
            };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch
        {
            await EndTrackersAsync(new(TrackedStatus.Failed, story.Read(), [])).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The outcome of a run that had already ended.</summary>
    /// <param name="checkpoint">Path of the checkpoint with its state.</param>
    public SessionOutcome AlreadyFinished(TrainingState state, string checkpoint) =>
        new(state, true, checkpoint, 0, TimeSpan.Zero, 0, LossHistory.Read(_run.Folder.LossesPath, state.Progress.Epoch))
        {
            WasFinished = true,
            Story = StoryFile.Read(_run.Folder.StoryPath) ?? StoryBeginning.Of(_run, null),
        };

    /// <summary>Tells trackers that the run is over for this process.</summary>
    public async Task EndTrackersAsync(TrackedEnd end)
    {
        await Task.WhenAll(Trackers.Select(tracker => tracker.EndsAsync(end))).ConfigureAwait(false);
        foreach (string news in Trackers.SelectMany(tracker => tracker.TakeNews())) _view.Warned(news);
    }

    /// <summary>Starts trackers where nothing is left to train: they may have something left to send.</summary>
    public void BeginTrackers(SessionOutcome outcome)
    {
        foreach (ITracker tracker in Trackers) tracker.Begins(_run, outcome.Story ?? StoryBeginning.Of(_run, null));
    }

    /// <summary>Scores a completed run on its test rows, or on validation rows where there are none, and writes the results.</summary>
    public RunReport Report(SessionOutcome outcome)
    {
        var (state, training) = (outcome.State, _run.Run.Job.Training);
        var result = _run.Run.ResultOf(state);
        var network = new TrainedNetwork(_run.Model, training, result, _run.Teams.Threads);
        var score = _view.Scored(() => _run.Task.Measure(network));
        string? unwritten = new CalibrationFile(_run.Folder.Path, _run.Run.Identity).Write(network, state.Progress.Step, _run.Task.Calibrate(network));
        if (unwritten is not null) _view.Warned($"what the first prediction would find ready was not written: {unwritten.TrimEnd('.')}");
        var report = new RunReport(
            _run.Specification, _run.Model, _run.Run.HashOf(state), result == state.Best, state.Progress, outcome.WasFinished, outcome.Steps,
            outcome.Elapsed.TotalSeconds,
            outcome.TokensPerSecond, _run.StepsPerEpoch, score, outcome.Checkpoint, [.. NextSteps.After(_run, state.Progress)]);
        return report with { Story = StoryOf(outcome, report) };
    }

    /// <summary>The report of a run that was stopped before its end.</summary>
    /// <param name="signal">What asked for it: <c>Ctrl-C</c>.</param>
    public StopReport ReportStopped(SessionOutcome outcome, string signal) => new(
        outcome.Reason ?? signal, outcome.State.Progress, _run.Run.HashOf(outcome.State), outcome.Checkpoint,
        outcome.Checkpoint is null && _run.Start.Step == 0 ? null : new NextStep("go on from there, to the same bits", ["resume", _run.Folder.Shown]));

    /// <summary>The run's story with its results, which is also written to its folder. A failure here never fails the run.</summary>
    private RunStory? StoryOf(SessionOutcome outcome, RunReport report)
    {
        if (outcome.Story is not { } begun) return null;
        try
        {
            RunStory story = StoryEnding.Of(begun, report, outcome.Losses);
            if (StoryFile.Write(_run.Folder.StoryPath, story) is { } reason) _view.Warned($"the run's story was not written: {reason.TrimEnd('.')}");
            return story;
        }
        catch (Exception e)
        {
            _view.Warned($"the run is done, but its story could not be told: {e.Message.TrimEnd('.')}");
            return null;
        }
    }

    /// <summary>The report for a user who stopped following a cluster's run.</summary>
    /// <param name="signal">What asked for it: <c>Ctrl-C</c>.</param>
    public DetachReport ReportDetached(string signal) => new(
        signal, TakenAs, TakenAs is { } runId ? NextSteps.AfterDetaching(runId, _run.Cluster!.Contacts.Select(contact => contact.ToString())) : []);

    private async Task<RunReport?> TrainAndReportAsync(CheckpointStore store, CancellationToken cancellation)
    {
        SessionOutcome? outcome = await TrainAsync(store, cancellation).ConfigureAwait(false);
        if (outcome is not { IsComplete: true })
        {
            await EndTrackersAsync(new(outcome is null ? TrackedStatus.Detached : TrackedStatus.Stopped, outcome?.Story, [])).ConfigureAwait(false);
            return null;
        }

        var report = Report(outcome);
        await EndTrackersAsync(new(TrackedStatus.Finished, report.Story, [])).ConfigureAwait(false);
        _view.Finished(report);
        return report;
    }

    /// <summary>Reports findings about data and model before training. A resumed run was examined when it began.</summary>
    private void Examine(StoryRecorder story)
    {
        IReadOnlyList<Finding> findings = Judge.Of(_run.Run);
        story.Judged(findings);
        foreach (Finding finding in findings) _view.Found(finding);
    }

    private Task<TrainingOutcome> Here(CheckpointStore store, RunWatch watch, CancellationToken cancellation) => LocalTraining.RunAsync(
        _run.Run.Job,
        new LocalTrainingOptions
        {
            Workers = _run.Teams.Threads,
            HasLowPriority = _run.HasLowPriority,
            Teams = _run.Teams,
            Checkpoints = new CheckpointSink(store, _run.Model, _run.Run.Job.Training, _run.Run.Identity),
            Observe = watch.Observe,
        },
        cancellation);

    private Task<TrainingOutcome> OnCluster(ClientOptions cluster, RunWatch watch, CancellationToken cancellation) => ClusterTraining.RunAsync(
        _run.Run.Job, _run.Run.Identity, new ClusterTrainingOptions
        {
            Cluster = cluster,
            Name = _run.Name,
            Folder = _run.Folder.Path,
            KeepCheckpoints = _run.Specification.Checkpoint.Keep,
            Datasets = new DatasetFile(TaskKinds.DatasetFormats),
            Observe = watch.Observe,
            Priority = _run.Priority,
            Taken = runId => _takenAs = runId,
        },
        cancellation);

    private sealed class Unwatched : IRunView;
}
