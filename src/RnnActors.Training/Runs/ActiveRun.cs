using System.Diagnostics;
using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>A run that trains: its actors, and what is known of its progress.</summary>
/// <param name="number">Numbers the starts of runs under this coordinator, so that late messages of an earlier start are recognised.</param>
internal sealed class ActiveRun(int number, JobDescription description, TrainingJob job, IActorRef coordinator, CheckpointVault checkpoints)
{
    private readonly long _began = Environment.TickCount64;
    private readonly long _firstStep = job.Start?.Progress.Step ?? 0;

    public int Number => number;

    public JobDescription Description { get; } = description;

    public string RunId => Description.RunId;

    public string Name => Description.Name;

    /// <summary>Null where nothing is traced.</summary>
    public Activity? Span { get; init; }

    /// <summary>When progress was last reported, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long ProgressTold { get; set; } = Environment.TickCount64;

    public IActorRef Coordinator { get; } = coordinator;

    public CheckpointVault Checkpoints { get; } = checkpoints;

    /// <summary>The workers of this process; null where it has none.</summary>
    public IActorRef? LocalWorkers { get; set; }

    public long LastStep { get; } = job.CreatePlan().LastStep;

    public long ParameterBytes { get; } = sizeof(float) * (long)job.Model.Layout.Length;

    /// <summary>Whether the log also has each step, for a ledger that is fetched.</summary>
    public bool LogsSteps { get; } = job.Training.HashEverySteps is not null;

    public StepDone? Step { get; private set; }

    /// <summary>The step of the last checkpoint; the first one where none was written yet.</summary>
    public long SavedStep { get; private set; } = job.Start?.Progress.Step ?? 0;

    /// <summary>The hash of the last checkpoint's parameters; null where none was written.</summary>
    public string? Parameters { get; private set; }

    /// <summary>The nodes that take part, each with its event.</summary>
    public Dictionary<string, WorkersJoined> Nodes { get; } = [];

    /// <summary>The nodes that cannot take part, each with its event.</summary>
    public Dictionary<string, WorkersUnable> Unable { get; } = [];

    /// <summary>How many steps should have been audited and were not, as far as is known.</summary>
    public long Unaudited { get; set; }

    public void Observe(TrainingEvent happened)
    {
        switch (happened)
        {
            case StepDone step: Step = step; break;
            case StepNotAudited missed: Unaudited = missed.Count; break;
            case CheckpointSaved saved: (SavedStep, Parameters) = (saved.Step, saved.ParameterHash); break;
            case WorkersJoined joined:
                Nodes[joined.Node] = joined;
                Unable.Remove(joined.Node);
                break;
            case WorkersUnable unable:
                Unable[unable.Node] = unable;
                Nodes.Remove(unable.Node);
                break;
            case WorkersLeft left: Nodes.Remove(left.Node); break;
            case WorkersLost lost: Nodes.Remove(lost.Node); break;
            default: break;
        }
    }

    public double StepsPerSecond => Step is null ? 0 : (Step.Progress.Step - _firstStep) * 1000.0 / Math.Max(1, Environment.TickCount64 - _began);
}
