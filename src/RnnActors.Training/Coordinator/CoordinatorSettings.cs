using RnnActors.Core.Training;

namespace RnnActors.Training.Coordinator;

/// <summary>What a coordinator needs to know.</summary>
/// <param name="Segments">The most aggregators.</param>
/// <param name="Checkpoints">Where checkpoints go; null for none.</param>
/// <param name="Observe">Told of every event, in order, by one thread at a time; it must be quick.</param>
/// <param name="InParts">Whether workers hand over their gradients part by part: where others come by a network, there is time between.</param>
public sealed record CoordinatorSettings(TrainingJob Job, int Segments, ICheckpointSink? Checkpoints, Action<TrainingEvent> Observe, bool InParts = false);

/// <summary>How a run ended.</summary>
/// <param name="State">The state after the last step.</param>
/// <param name="IsComplete">Whether it came to its end; false where it was asked to stop.</param>
public sealed record TrainingOutcome(TrainingState State, bool IsComplete);

/// <summary>A run ended before its time for a reason that is not in the numbers.</summary>
public sealed class TrainingFailedException(string message) : Exception(message);
