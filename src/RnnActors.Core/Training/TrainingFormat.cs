using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Training;

/// <summary>The JSON keys of <see cref="TrainingSpec"/>.</summary>
public static class TrainingFormat
{
    private static readonly Format<EarlyStopping> Stopping = new ObjectFormat<EarlyStopping>("the keys of early stopping", new(5))
        .Key("patience", "Epochs without an improvement before training ends.", Numbers.Whole(1), e => e.Patience, (e, v) => e with { Patience = v })
        .Key(
            "minDelta", "How much lower a validation loss must be to count as an improvement.",
            Numbers.AtLeastZero(), e => e.MinDelta, (e, v) => e with { MinDelta = v })
        .Named("earlyStopping");

    private static readonly Format<Averaging> Mean = new ObjectFormat<Averaging>("the keys of averaging", new())
        .Key(
            "patience", "Validations without an improvement after which it begins: AWD-LSTM's NT-ASGD.", Numbers.Whole(1), a => a.Patience,
            (a, v) => a with { Patience = v })
        .Key(
            "startEpoch", "Epochs after which it begins, whatever the validation loss; null to wait for that.", Numbers.Whole(0).OrNull(),
            a => a.StartEpoch, (a, v) => a with { StartEpoch = v })
        .Key(
            "decay", "The share that an exponential mean keeps at each update; null for equal weights.", Numbers.BelowOne().OrNull(), a => a.Decay,
            (a, v) => a with { Decay = v })
        .Named("averaging");

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
        .Key("seed", "The seed of initial weights, shuffles and dropout.", Numbers.Unsigned(), t => t.Seed, (t, v) => t with { Seed = v })
        .Key(
            "earlyStopping", "Training ends when the validation loss has not improved for a while; null for never.",
            Stopping.OrNothing(), t => t.EarlyStopping, (t, v) => t with { EarlyStopping = v })
        .Optional(
            "averaging", "The mean of the parameters over the last updates is the result (with sgd it is ASGD); left out for the last parameters.",
            Mean.OrNothing(), t => t.Averaging, (t, v) => t with { Averaging = v })
        .Optional(
            "teacherForcing", "How often the decoder of an encoder–decoder reads the data's tokens, not its own; left out for always.",
            TeacherForcing.Format.OrNothing(), t => t.TeacherForcing, (t, v) => t with { TeacherForcing = v })
        .Optional(
            "hashEverySteps", "The run's ledger has the hash of the parameters after so many steps each; left out for those of checkpoints alone.",
            Numbers.Long(1).OrNull(), t => t.HashEverySteps, (t, v) => t with { HashEverySteps = v })
        .Check(ShardsHaveRows)
        .Check(AveragingBeginsBeforeTheEnd);

    private static void ShardsHaveRows(TrainingSpec training, SourceNode node)
    {
        if (training.Batch >= training.Shards) return;
        throw new InvalidInputException(
            $"batch {training.Batch} is smaller than its {training.Shards} shards: some of them would have no rows",
            $"Make the batch at least {training.Shards}, or shards at most {training.Batch}",
            (node["batch"] ?? node["shards"] ?? node).Where);
    }

    private static void AveragingBeginsBeforeTheEnd(TrainingSpec training, SourceNode node)
    {
        if (training is not { EarlyStopping: { } stopping, Averaging: { StartEpoch: null } averaging } || averaging.Patience < stopping.Patience) return;
        throw new InvalidInputException(
            $"early stopping ends training after {stopping.Patience} epochs without an improvement, before averaging begins after {averaging.Patience}",
            $"Make earlyStopping.patience more than {averaging.Patience}, or averaging.patience less than {stopping.Patience}",
            (node["averaging"]?["patience"] ?? node["averaging"] ?? node["earlyStopping"] ?? node).Where);
    }
}
