using RnnActors.Core.Training;

namespace RnnActors.Training.Client;

/// <summary>Options of a run on a cluster. None changes a bit of the result.</summary>
public sealed record ClusterTrainingOptions
{
    /// <summary>The cluster and its certificates.</summary>
    public required ClientOptions Cluster { get; init; }

    /// <summary>The run's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The folder for the run's last and best checkpoints.</summary>
    public required string Folder { get; init; }

    /// <summary>How many checkpoints of steps the cluster keeps.</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>The formats of its data on the wire.</summary>
    public required DatasetFile Datasets { get; init; }

    /// <summary>The time limit of the first answer; infinite for none.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether cancelling ends the run for all who follow it; otherwise it only ends the following, and the run continues.</summary>
    public bool StopsWhenCancelled { get; init; }

    /// <summary>The owner's name, shown to others.</summary>
    public string Owner { get; init; } = ClusterClient.Me;

    /// <summary>
    /// Runs of a higher priority train first, equal ones in the order of their submission. It applies to a new run, and to one that continues after it was
    /// stopped or failed.
    /// </summary>
    public int Priority { get; init; }

    /// <summary>Called with the run's id when the cluster has all that it needs, so that the run no longer depends on this process.</summary>
    public Action<string> Taken { get; init; } = _ => { };

    /// <summary>Told of every event that this client learns of, in order, by one thread at a time. It must be quick.</summary>
    public Action<TrainingEvent> Observe { get; init; } = _ => { };
}
