using RnnActors.Core.Training;

namespace RnnActors.Training.Coordinator;

/// <summary>The settings of a run's coordinator.</summary>
/// <param name="Segments">The maximum number of aggregators.</param>
/// <param name="Checkpoints">Where checkpoints go; null for none.</param>
/// <param name="Observe">Called with every event, in order, by one thread at a time; it must be quick.</param>
/// <param name="InParts">Whether workers send gradients layer by layer. This pays where some of them travel by a network.</param>
public sealed record CoordinatorSettings(TrainingJob Job, int Segments, ICheckpointSink? Checkpoints, Action<TrainingEvent> Observe, bool InParts = false);

/// <summary>How a run ended.</summary>
/// <param name="State">The state after the last step.</param>
/// <param name="IsComplete">Whether it came to its end; false where it was asked to stop.</param>
public sealed record TrainingOutcome(TrainingState State, bool IsComplete)
{
    /// <summary>Why a cluster's run is not complete, as a sentence without its full stop; null where nobody said so.</summary>
    public string? Reason { get; init; }
}

/// <summary>A run failed for a reason other than its numbers.</summary>
public sealed class TrainingFailedException(string message) : Exception(message);
