using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Training;

/// <summary>Everything that training needs: the same job for one thread, for local actors and for a cluster.</summary>
/// <param name="Data">The training rows.</param>
/// <param name="Validation">Rows on which the loss is measured after every epoch; null for none.</param>
/// <param name="Start">The state to continue from; null to begin at the first step.</param>
public sealed record TrainingJob(Model Model, TrainingSpec Training, SequenceDataset Data, SequenceDataset? Validation = null, TrainingState? Start = null)
{
    /// <summary>Steps between checkpoints; null for checkpoints at the ends of epochs and of the run only.</summary>
    public long? CheckpointEverySteps { get; init; }

    public TrainingPlan CreatePlan() => new(Training, Data, Validation is not null);

    /// <summary>How a number of threads of a process are arranged.</summary>
    public WorkerTeams TeamsOf(int threads) => WorkerTeams.For(Model, Training, threads);

    public TrainingState CreateState()
    {
        var state = Start ?? TrainingState.Create(Model, Training, Data.Streams);
        if (Training.Averaging is not null) state.Average ??= new AlignedBuffer(Model.Layout.Length);
        return state;
    }
}
