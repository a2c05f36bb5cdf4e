namespace RnnActors.Core.Training;

/// <summary>Where checkpoints go.</summary>
public interface ICheckpointSink
{
    /// <summary>Stores a state; returns when it is safe. Called by one thread at a time, never the one that trains.</summary>
    /// <param name="isBest">Whether its parameters have the lowest validation loss so far.</param>
    /// <exception cref="IOException">It could not be stored; what was stored before stands.</exception>
    CheckpointSaved Save(TrainingState state, bool isBest);
}
