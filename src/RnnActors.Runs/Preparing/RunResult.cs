using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Training;

namespace RnnActors.Runs.Preparing;

/// <summary>Chooses the parameters that a run ends with.</summary>
public static class RunResult
{
    /// <summary>(P): with early stopping the parameters with the lowest validation loss, else the averaged or last ones.</summary>
    public static AlignedBuffer Of(TrainingSpec training, TrainingState state) =>
        training.EarlyStopping is not null && state.Best is { } best ? best : state.InferenceParameters;
}
