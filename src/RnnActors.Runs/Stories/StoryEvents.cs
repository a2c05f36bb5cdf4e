using RnnActors.Core.Training;
using RnnActors.Training.Events;

namespace RnnActors.Runs.Stories;

/// <summary>The events of a run in bounded memory. When there are too many, checkpoints are dropped first, then events from the middle of the run.</summary>
internal sealed class StoryEvents
{
    public const int Max = 300;

    private const int KeptOfTheBeginning = 50;
    private const string Checkpoint = "checkpoint";

    private readonly List<StoryEvent> _events;

    public StoryEvents(IEnumerable<StoryEvent> before, long leftOut) => (_events, LeftOut) = ([.. before], leftOut);

    public long LeftOut { get; private set; }

    /// <summary>An event's kind in JSON lines; null for events that curves already show.</summary>
    public static string? KindOf(TrainingEvent happened) => happened switch
    {
        StepDone or EpochDone or ParametersHashed => null,
        CheckpointSaved => Checkpoint,
        CheckpointNotSaved => "checkpoint_failed",
        WorkerRestarted => "worker_restarted",
        WorkersJoined => "workers_joined",
        WorkersLeft => "workers_left",
        WorkersLost => "workers_lost",
        WorkersUnable => "workers_unable",
        StepNotAudited => "step_not_audited",
        ShardsMoved => "shards_moved",
        ClusterNews => "cluster",
        TrainingPaused => "paused",
        TrainingContinued => "continued",
        RunPaused => "run_paused",
        RunResumed => "run_resumed",
        _ => "other",
    };

    public static bool IsWarning(TrainingEvent happened) =>
        happened is CheckpointNotSaved or WorkerRestarted or WorkersLost or WorkersUnable or StepNotAudited or ShardsMoved or TrainingPaused
            or ClusterNews { IsConnected: false };

    public void Add(StoryEvent happened)
    {
        _events.Add(happened);
        if (_events.Count <= Max) return;
        int checkpoint = _events.FindIndex(one => one.Kind == Checkpoint);
        _events.RemoveAt(checkpoint >= 0 && checkpoint < _events.Count - 1 ? checkpoint : KeptOfTheBeginning);
        LeftOut++;
    }

    public IReadOnlyList<StoryEvent> Read() => [.. _events];
}
