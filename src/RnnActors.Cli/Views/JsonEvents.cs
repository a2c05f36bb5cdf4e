using RnnActors.Core.Training;
using RnnActors.Runs.Sessions;
using RnnActors.Training.Events;

namespace RnnActors.Cli.Views;

/// <summary>The events of a run for programs: the event's name, and the fields of its line.</summary>
internal static class JsonEvents
{
    /// <summary>Null for events that are not printed.</summary>
    public static (string Name, (string Key, object? Value)[] Members)? Of(TrainingEvent happened, RunStatus status) => happened switch
    {
        EpochDone epoch => ("epoch",
        [
            ("epoch", epoch.Progress.Epoch), ("step", epoch.Progress.Step), ("loss", epoch.TrainingLoss), ("validation_loss", epoch.ValidationLoss),
            ("validation_accuracy", epoch.ValidationAccuracy), ("is_best", epoch.IsBest), ("seconds", status.Elapsed.TotalSeconds),
        ]),
        CheckpointSaved saved => ("checkpoint", [("step", saved.Step), ("parameters", saved.ParameterHash), ("path", saved.Path)]),
        CheckpointNotSaved failed => ("checkpoint_failed", [("step", failed.Step), ("reason", failed.Reason)]),
        WorkerRestarted restarted => ("worker_restarted", [("worker", restarted.Worker), ("reason", restarted.Reason)]),
        WorkersJoined joined => ("workers_joined", [("node", joined.Node), ("workers", joined.Workers)]),
        WorkersLeft left => ("workers_left", [("node", left.Node), ("workers", left.Workers)]),
        WorkersLost lost => ("workers_lost", [("node", lost.Node), ("workers", lost.Workers), ("reason", lost.Reason)]),
        WorkersUnable unable => ("workers_unable", [("node", unable.Node), ("reason", unable.Reason)]),
        NodeShutOut shutOut => ("node_shut_out", [("node", shutOut.Node), ("reason", shutOut.Reason)]),
        StepNotAudited missed => ("step_not_audited", [("step", missed.Step), ("reason", missed.Reason), ("count", missed.Count)]),
        ShardsMoved moved => ("shards_moved", [("step", moved.Step), ("node", moved.Node), ("shards", moved.Shards), ("reason", moved.Reason)]),
        ClusterNews news => ("cluster", [("message", news.Text)]),
        TrainingPaused paused => ("paused", [("step", paused.Step)]),
        TrainingContinued continued => ("continued", [("step", continued.Step)]),
        RunPaused paused => ("run_paused", [("step", paused.Step), ("by", paused.By), ("name", paused.Name), ("priority", paused.Priority)]),
        RunResumed resumed => ("run_resumed", [("step", resumed.Step)]),
        _ => null,
    };
}
