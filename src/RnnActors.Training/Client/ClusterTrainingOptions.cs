using RnnActors.Core.Training;

namespace RnnActors.Training.Client;

/// <summary>How a run on a cluster is done. None of it changes a bit of the result.</summary>
public sealed record ClusterTrainingOptions
{
    /// <summary>The cluster, and how to speak to it.</summary>
    public required ClientOptions Cluster { get; init; }

    /// <summary>What people call the run.</summary>
    public required string Name { get; init; }

    /// <summary>The folder that the run's last checkpoint, and its best, are brought to.</summary>
    public required string Folder { get; init; }

    /// <summary>How many checkpoints of steps the cluster keeps.</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>How its data become files.</summary>
    public required DatasetFile Datasets { get; init; }

    /// <summary>How long to wait for the first answer; infinite to wait for ever.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether cancelling ends the run; where it does not, it only ends the following, and the run goes on.</summary>
    public bool StopsWhenCancelled { get; init; } = true;

    /// <summary>Told of every event that this client learns of, in order, by one thread at a time. It must be quick.</summary>
    public Action<TrainingEvent> Observe { get; init; } = _ => { };
}
