using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Training;

/// <summary>The keys of training.</summary>
public static class TrainingFormat
{
    private static readonly Format<EarlyStopping> Stopping = new ObjectFormat<EarlyStopping>("the keys of early stopping", new(5))
        .Key("patience", "Epochs without an improvement before training ends.", Numbers.Whole(1), e => e.Patience, (e, v) => e with { Patience = v })
        .Key(
            "minDelta", "How much lower a validation loss must be to count as an improvement.",
            Numbers.AtLeastZero(), e => e.MinDelta, (e, v) => e with { MinDelta = v })
        .Named("earlyStopping");

    public static Format<TrainingSpec> Instance { get; } = new ObjectFormat<TrainingSpec>(
            "an object with loss and optimizer", new() { Loss = new MeanSquaredError(), Optimizer = new Adam(0.001) })
        .Required("loss", "What training makes small.", ObjectiveFormat.Instance, t => t.Loss, (t, v) => t with { Loss = v })
        .Required("optimizer", "How parameters follow gradients.", OptimizerFormat.Instance, t => t.Optimizer, (t, v) => t with { Optimizer = v })
        .Key(
            "schedule", "How the learning rate changes; null for a constant one.",
            ScheduleFormat.Instance.OrNothing(), t => t.Schedule, (t, v) => t with { Schedule = v })
        .Key("batch", "Rows (or streams of text) of a batch.", Numbers.Whole(1), t => t.Batch, (t, v) => t with { Batch = v })
        .Key(
            "shards", "Shards that every batch is cut into, whatever the number of workers. They shape the result's bits, as the batch does.",
            Numbers.Whole(1), t => t.Shards, (t, v) => t with { Shards = v })
        .Key("epochs", "Passes over the training rows.", Numbers.Whole(1), t => t.Epochs, (t, v) => t with { Epochs = v })
        .Key(
            "maxSteps", "Training ends after so many steps even in mid-epoch; null for no such limit.",
            Numbers.Long(1).OrNull(), t => t.MaxSteps, (t, v) => t with { MaxSteps = v })
        .Key(
            "clipNorm", "The whole gradient's L2 norm is limited to this; null for no limit.",
            Numbers.Positive().OrNull(), t => t.ClipNorm, (t, v) => t with { ClipNorm = v })
        .Key(
            "clipValue", "Each gradient is limited to plus or minus this; null for no limit.",
            Numbers.Positive().OrNull(), t => t.ClipValue, (t, v) => t with { ClipValue = v })
        .Key("seed", "Of initial weights, shuffles and dropout.", Numbers.Unsigned(), t => t.Seed, (t, v) => t with { Seed = v })
        .Key(
            "earlyStopping", "Training ends when the validation loss has not improved for a while; null for never.",
            Stopping.OrNothing(), t => t.EarlyStopping, (t, v) => t with { EarlyStopping = v })
        .Optional(
            "teacherForcing", "How often the decoder of an encoder–decoder reads the data's tokens, not its own; left out for always.",
            TeacherForcing.Format.OrNothing(), t => t.TeacherForcing, (t, v) => t with { TeacherForcing = v })
        .Optional(
            "hashEverySteps", "The run's ledger has the hash of the parameters after so many steps each; left out for those of checkpoints alone.",
            Numbers.Long(1).OrNull(), t => t.HashEverySteps, (t, v) => t with { HashEverySteps = v })
        .Check(ShardsHaveRows);

    private static void ShardsHaveRows(TrainingSpec training, SourceNode node)
    {
        if (training.Batch >= training.Shards) return;
        throw new InvalidInputException(
            $"batch {training.Batch} is smaller than its {training.Shards} shards: some of them would have no rows",
            $"Make the batch at least {training.Shards}, or shards at most {training.Batch}",
            (node["batch"] ?? node["shards"] ?? node).Where);
    }
}
