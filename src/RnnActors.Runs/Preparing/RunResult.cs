using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Training;

namespace RnnActors.Runs.Preparing;

/// <summary>Which parameters a run ends with.</summary>
public static class RunResult
{
    /// <summary>With early stopping those with the lowest validation loss, else the averaged or last ones: (P).</summary>
    public static AlignedBuffer Of(TrainingSpec training, TrainingState state) =>
        training.EarlyStopping is not null && state.Best is { } best ? best : state.InferenceParameters;
}
