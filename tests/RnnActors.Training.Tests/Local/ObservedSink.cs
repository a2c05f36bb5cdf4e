using RnnActors.Core.Training;

namespace RnnActors.Training.Tests.Local;

/// <summary>Keeps checkpoints in memory.</summary>
/// <param name="before">Told the number of the save, from 1; may wait or throw.</param>
internal sealed class ObservedSink(Action<int>? before = null) : ICheckpointSink
{
    private int _saves;

    /// <summary>Read them when the run is over.</summary>
    public List<(TrainingState State, bool IsBest)> Saved { get; } = [];

    public CheckpointSaved Save(TrainingState state, bool isBest)
    {
        before?.Invoke(++_saves);
        Saved.Add((state, isBest));
        return new CheckpointSaved(state.Progress.Step, $"memory/{Saved.Count}", "");
    }
}
