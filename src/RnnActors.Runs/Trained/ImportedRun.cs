using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;

namespace RnnActors.Runs.Trained;

/// <summary>A run with parameters from another program. It can be evaluated, used and trained further like any run, and is at step 0.</summary>
public static class ImportedRun
{
    /// <summary>Writes the run's first checkpoint.</summary>
    /// <param name="prepared">Its model and its data, on which scales and vocabularies are fitted.</param>
    /// <param name="parameters">(P), in the model's layout.</param>
    /// <param name="overwrite">Whether to replace a run that the folder holds.</param>
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
