namespace RnnActors.Core.Training;

/// <summary>Stores checkpoints.</summary>
public interface ICheckpointSink
{
    /// <summary>Stores a state durably before it returns. Called by one thread at a time, never by the one that trains.</summary>
    /// <param name="isBest">Whether its parameters have the lowest validation loss so far.</param>
    /// <exception cref="IOException">It could not be stored; earlier checkpoints are intact.</exception>
    CheckpointSaved Save(TrainingState state, bool isBest);
}
