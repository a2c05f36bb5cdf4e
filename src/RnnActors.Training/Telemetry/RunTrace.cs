using System.Diagnostics;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Events;

namespace RnnActors.Training.Telemetry;

/// <summary>
/// The activities of a run in one process. Its coordinator begins and ends the run, its steps and validations; aggregators and workers on other threads ask for
/// their parents. A node in another process follows the trace context in its orders.
/// </summary>
internal sealed class RunTrace
{
    private readonly string? _runId, _node;
    private readonly Activity? _run;
    private Activity? _phase;
    private volatile Place? _place;

    private RunTrace(string? runId, string? node, Activity? run) => (_runId, _node, _run) = (runId, node, run);

    /// <summary>To an actor of a run that is traced: use this trace.</summary>
    public sealed record Follow(RunTrace Trace);

    /// <summary>Begins a run.</summary>
    /// <param name="runId">Null for a run in one process.</param>
    /// <param name="node">The coordinator's node; null for a run in one process.</param>
    /// <param name="caller">The activity that it is a part of, if any.</param>
    /// <param name="begun">The run's activity if it has begun already; null for a new one.</param>
    /// <returns>Null where nothing is traced.</returns>
    public static RunTrace? Begin(string? runId, string? node, TrainingProgress from, ActivityContext caller, Activity? begun = null)
    {
        if ((begun ?? TrainingActivities.Begin("run", caller)) is not { } run) return null;
        run.SetTag(TrainingActivities.RunTag, runId).SetTag(TrainingActivities.NodeTag, node).SetTag(TrainingActivities.StepTag, from.Step);
        return new RunTrace(runId, node, run);
    }

    /// <summary>Begins a node's part in a run whose coordinator is in another process.</summary>
    /// <param name="context">The trace context of the run; null where its coordinator does not trace.</param>
    /// <param name="files">The files of the run, whose transfer is traced as a part of it.</param>
    /// <returns>Null where nothing is traced.</returns>
    public static RunTrace? Join(string runId, string node, string? context = null, params ReadOnlySpan<string?> files)
    {
        if (!TrainingActivities.AreHeard) return null;
        if (ActivityContext.TryParse(context, null, isRemote: true, out var run))
            foreach (string? file in files) TrainingActivities.Own(file, run);
        return new RunTrace(runId, node, run: null);
    }

    /// <summary>The W3C trace context of the run, for other processes; null for a node's part.</summary>
    public string? Context => _run?.Id;

    /// <summary>The W3C trace context of a step, for other processes; null where it is over.</summary>
    public string? ContextOf(long step) => _place is { } place && place.Step == step ? place.Text : null;

    /// <summary>Notes the step that the coordinator is in, from an order's trace context.</summary>
    /// <param name="context">Null if the coordinator does not trace. Work here then has no parent, but the run and the step as attributes.</param>
    public void IsAt(long step, string? context)
    {
        if (_place is { } place && place.Step == step && place.Text == context) return;
        _place = ActivityContext.TryParse(context, null, isRemote: true, out var parent) ? new Place(step, parent, context) : null;
    }

    /// <summary>The first order of a step was given out.</summary>
    public void BeginStep(TrainingProgress progress) => BeginPhase("step", progress);

    /// <summary>The first order of a validation was given out.</summary>
    public void BeginValidation(TrainingProgress progress) => BeginPhase("validation", progress);

    public void Observe(TrainingEvent happened)
    {
        switch (happened)
        {
            case StepDone step:
                EndPhase(step.Loss);
                break;
            case EpochDone { ValidationLoss: { } loss }:
                EndPhase(loss);
                break;
            case WorkersLost or WorkerRestarted or ShardsMoved or TrainingPaused or TrainingContinued:
                _run?.AddEvent(new ActivityEvent(happened.GetType().Name));
                break;
        }
    }

    /// <param name="failure">Null where nothing failed.</param>
    public void End(Exception? failure)
    {
        (var phase, _phase, _place) = (_phase, null, null);
        TrainingActivities.End(phase, failure);
        TrainingActivities.End(_run, failure);
    }

    /// <summary>Begins a part of a step's work: a child of the step, or of the run if the step is over.</summary>
    public Activity? BeginPart(string name, long step, DateTimeOffset start = default)
    {
        var parent = _place is { } place && place.Step == step ? place.Context : _run?.Context ?? default;
        if (TrainingActivities.Begin(name, parent, start) is not { } part) return null;
        if (_runId is not null) part.SetTag(TrainingActivities.RunTag, _runId);
        if (_node is not null) part.SetTag(TrainingActivities.NodeTag, _node);
        return part.SetTag(TrainingActivities.StepTag, step);
    }

    public Activity? BeginPart(string name, long step, ShardRange shards, int worker, DateTimeOffset start = default) => BeginPart(name, step, start)?
        .SetTag(TrainingActivities.FirstShardTag, shards.First).SetTag(TrainingActivities.ShardsTag, shards.Count)
        .SetTag(TrainingActivities.WorkerTag, worker);

    /// <summary>Begins the writing of a checkpoint, which may last into later steps.</summary>
    public Activity? BeginCheckpoint(long step) => TrainingActivities.Begin("write checkpoint", _run?.Context ?? default)?
        .SetTag(TrainingActivities.RunTag, _runId).SetTag(TrainingActivities.StepTag, step);

    private void BeginPhase(string name, TrainingProgress progress)
    {
        if (_phase is not null) return;
        _phase = TrainingActivities.Begin(name, _run!.Context)?.SetTag(TrainingActivities.RunTag, _runId)
            .SetTag(TrainingActivities.StepTag, progress.Step).SetTag(TrainingActivities.EpochTag, progress.Epoch);
        if (_phase is not null) _place = new Place(progress.Step, _phase.Context, _phase.Id);
    }

    private void EndPhase(double loss)
    {
        (var phase, _phase, _place) = (_phase, null, null);
        TrainingActivities.End(phase?.SetTag(TrainingActivities.LossTag, loss));
    }

    private sealed record Place(long Step, ActivityContext Context, string? Text);
}
