using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;

namespace RnnActors.Runs.Trained;

/// <summary>A run whose parameters come from elsewhere: it is evaluated, asked and trained further as if it had been trained here, for no step yet.</summary>
public static class ImportedRun
{
    /// <summary>Writes the run's first checkpoint.</summary>
    /// <param name="prepared">Its data, by which scales and vocabularies are fitted, and its model.</param>
    /// <param name="parameters">(P), as the model lays them out.</param>
    /// <param name="overwrite">Whether a run that the folder holds is replaced.</param>
    /// <exception cref="InvalidInputException">The folder cannot be used.</exception>
    public static TrainedRun Write(RunFolder folder, PreparedRun prepared, ReadOnlyMemory<float> parameters, bool overwrite = false)
    {
        TrainingState state = prepared.Job.CreateState();
        parameters.Span.CopyTo(state.Parameters.Span);
        using (var store = folder.Begin(prepared.Specification.Checkpoint.Keep, overwrite))
        {
            store.Save(
                state.Progress.Step, TrainingCheckpoint.Tensors(prepared.Model, prepared.Job.Training, state),
                TrainingCheckpoint.Metadata(prepared.Model, prepared.Job.Training, state, prepared.Identity), isBest: false);
        }

        return TrainedRun.Open(folder.Path);
    }
}
