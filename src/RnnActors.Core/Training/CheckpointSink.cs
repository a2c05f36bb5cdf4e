using RnnActors.Core.Checkpoints;
using RnnActors.Core.Models;

namespace RnnActors.Core.Training;

/// <summary>Writes a run's states to a folder: the newest few, and the best.</summary>
public sealed class CheckpointSink(CheckpointStore store, Model model, TrainingSpec training, RunIdentity run) : ICheckpointSink
{
    /// <summary>Further metadata, beside that of the run and its state.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> MoreMetadata { get; init; } = [];

    public CheckpointSaved Save(TrainingState state, bool isBest)
    {
        var metadata = TrainingCheckpoint.Metadata(model, training, state, run);
        string path = store.Save(state.Progress.Step, TrainingCheckpoint.Tensors(model, training, state), metadata.Concat(MoreMetadata), isBest);
        return new CheckpointSaved(state.Progress.Step, path, metadata[TrainingCheckpoint.ParametersKey]);
    }
}
