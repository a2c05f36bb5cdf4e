using System.Text.Json.Serialization;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;

namespace RnnActors.Core.Training;

/// <summary>How far a run has come. It is immutable; <see cref="TrainingPlan"/> makes the next one. A checkpoint stores all of it.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Position">Batches of the current epoch done.</param>
/// <param name="EpochLoss">The training loss of the current epoch so far.</param>
/// <param name="BestLoss">The lowest validation loss; null before the first validation.</param>
/// <param name="BestStep">The update after which it was reached.</param>
/// <param name="EpochsSinceBest">Validations since then.</param>
/// <param name="Plateau">The state of a schedule that reduces on a plateau; null for other schedules.</param>
/// <param name="Stopped">Whether early stopping has ended the run.</param>
public sealed record TrainingProgress(
    long Step, int Epoch, int Position, LossSum EpochLoss, double? BestLoss, long BestStep, int EpochsSinceBest, PlateauState? Plateau, bool Stopped)
{
    public static readonly TrainingProgress Start = new(0, 0, 0, default, null, 0, 0, null, false);

    /// <summary>Updates that were done when averaging began; null before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AveragingSince { get; init; }
}
