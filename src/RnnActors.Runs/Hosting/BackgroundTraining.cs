using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using RnnActors.Training.Coordinator;

namespace RnnActors.Runs.Hosting;

/// <summary>
/// Trains a run beside a host's other work, to the same bits as <c>rnnactors train</c>. It starts with the host, or resumes from the folder's newest
/// checkpoint. When the host stops, it ends between two steps with a checkpoint. It reports to the log; a failed training never ends the host.
/// </summary>
public sealed partial class BackgroundTraining : BackgroundService
{
    private readonly RunSpecification _specification;
    private readonly BackgroundTrainingOptions _options;
    private readonly ILogger<BackgroundTraining> _log;
    private readonly LogView _view;
    private volatile RunReport? _report;

    /// <param name="folder">The run's own folder.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public BackgroundTraining(string folder, RunSpecification specification, BackgroundTrainingOptions options, ILogger<BackgroundTraining> log)
    {
        options.Check();
        (Folder, _specification, _options, _log) = (new RunFolder(folder), specification.WithFullPaths(), options, log);
        _view = new LogView(log);
    }

    /// <summary>The folder that checkpoints go to.</summary>
    public RunFolder Folder { get; }

    /// <summary>The run's current status, updated a few times a second; null before its first step in this process.</summary>
    public RunStatus? Status => _view.Status;

    /// <summary>The run's result; null before its end, and where it had already ended when this process started.</summary>
    public RunReport? Report => _report;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await TrainAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops before the first step, or while the result is being scored; the next start repeats that.
        }
        catch (Exception problem) when (problem is InvalidInputException or NonFiniteException or TrainingFailedException)
        {
            CannotGoOn(_log, Folder.Shown, problem.Message);
        }
        catch (Exception error)
        {
            Failed(_log, error, Folder.Shown);
        }
    }

    private async Task TrainAsync(CancellationToken cancellation)
    {
        RunOverview run = await BackgroundThread.Run(Prepare).WaitAsync(cancellation).ConfigureAwait(false);
        if (run.Plan.IsFinished(run.Start))
        {
            WasFinished(_log, Folder.Shown, run.Start.Step);
            return;
        }

        int keep = run.Specification.Checkpoint.Keep;
        using var store = run.GoesOnFrom is null ? Folder.Begin(keep) : new CheckpointStore(Folder.Path, keep);
        var session = new TrainingSession(run, _view);
        SessionOutcome? outcome = await BackgroundThread.Run(() => session.TrainAsync(store, cancellation)).Unwrap().ConfigureAwait(false);
        if (outcome is not { IsComplete: true })
        {
            Stopped(_log, Folder.Shown, outcome?.State.Progress.Step ?? run.Start.Step);
            return;
        }

        RunReport report = await BackgroundThread.Run(() => session.Report(outcome)).WaitAsync(cancellation).ConfigureAwait(false);
        _report = report;
        Done(_log, Folder.Shown, report.Progress.Step, report.ParameterHash);
    }

    private RunOverview Prepare()
    {
        RunOverview run;
        if (Folder.HoldsRun)
        {
            var trained = TrainedRun.Open(Folder.Path);
            foreach (SkippedCheckpoint skipped in trained.Skipped) _view.Warned(skipped.Reason);
            run = Resumption.Prepare(trained, _specification, _options.MaxSteps);
        }
        else
        {
            run = new RunOverview(PreparedRun.Create(Path.GetFileName(Folder.Path), _specification, _options.MaxSteps), Folder);
        }

        return run with { Offered = _options.Threads, HasLowPriority = _options.HasLowPriority };
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The training of {Folder} is done: step {Step}, parameters {Hash}.")]
    private static partial void Done(ILogger log, string folder, long step, string hash);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "The training of {Folder} was done before: step {Step}.")]
    private static partial void WasFinished(ILogger log, string folder, long step);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "The training of {Folder} stops with the host after step {Step}, and goes on with it.")]
    private static partial void Stopped(ILogger log, string folder, long step);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "The training of {Folder} cannot go on; the host continues without it. {Problem}")]
    private static partial void CannotGoOn(ILogger log, string folder, string problem);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "The training of {Folder} failed, and the host goes on without it.")]
    private static partial void Failed(ILogger log, Exception error, string folder);
}
