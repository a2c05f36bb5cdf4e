using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;

namespace RnnActors.Core.Training;

/// <summary>How a model is trained. Together with the model and the data it determines every bit of the trained parameters.</summary>
public sealed record TrainingSpec
{
    public required Objective Loss { get; init; }

    public required Optimizer Optimizer { get; init; }

    /// <summary>Null for a constant learning rate.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>B: rows per batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>S: shards that every batch is cut into, whatever the number of workers. Like the batch size, it affects the result.</summary>
    public int Shards { get; init; } = 8;

    public int Epochs { get; init; } = 10;

    /// <summary>Training ends after this many steps, even in mid-epoch; null for no such limit. The schedule is not affected.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Limit for the gradient's global L2 norm; null for none.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Each element of the gradient is clipped to ± this; null for no clipping.</summary>
    public double? ClipValue { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>How often a decoder reads the data's tokens; null for always.</summary>
    public TeacherForcing? TeacherForcing { get; init; }

    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Null where the last parameters are the result, not their mean.</summary>
    public Averaging? Averaging { get; init; }

    /// <summary>The hash of the parameters is reported each time this many steps are done; null for never. It changes no bit of them.</summary>
    public long? HashEverySteps { get; init; }

    /// <summary>Whether the hash is reported after a step, counted from 1.</summary>
    public bool IsHashed(long step) => HashEverySteps is { } every && step % every == 0;

    /// <summary>How many of so many workers can have a shard at the same time. More than <see cref="Shards"/> would be idle.</summary>
    public int Occupied(int workers) => Math.Min(workers, Shards);
}

/// <summary>Ends training when the validation loss has not improved for a while; the best checkpoint is the result.</summary>
/// <param name="Patience">Epochs without an improvement before training ends.</param>
/// <param name="MinDelta">How much lower a loss must be to count as an improvement.</param>
public sealed record EarlyStopping(int Patience, double MinDelta = 0);
