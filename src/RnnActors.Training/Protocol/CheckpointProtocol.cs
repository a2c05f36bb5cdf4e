using RnnActors.Core.Training;

namespace RnnActors.Training.Protocol;

/// <summary>Messages between the coordinator and its checkpoint writer.</summary>
public interface ICheckpointMessage;

/// <summary>Write a checkpoint. Answered with <see cref="CheckpointHandled"/>.</summary>
/// <param name="Snapshot">A copy that nothing else uses.</param>
public sealed record SaveCheckpoint(TrainingState Snapshot, bool IsBest) : ICheckpointMessage;

/// <summary>A checkpoint was written, or could not be.</summary>
/// <param name="Outcome"><see cref="CheckpointSaved"/> or <see cref="CheckpointNotSaved"/>.</param>
public sealed record CheckpointHandled(TrainingEvent Outcome) : ICheckpointMessage;
