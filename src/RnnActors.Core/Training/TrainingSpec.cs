using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;

namespace RnnActors.Core.Training;

/// <summary>How a model is trained. With the model, the data and <see cref="Seed"/> it determines every bit of the trained parameters.</summary>
public sealed record TrainingSpec
{
    public required Objective Loss { get; init; }

    public required Optimizer Optimizer { get; init; }

    /// <summary>Null: a constant learning rate.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>Rows B of a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Shards S that every batch is cut into, whatever the number of workers: a part of the result like the batch size.</summary>
    public int Shards { get; init; } = 8;

    public int Epochs { get; init; } = 10;

    /// <summary>Training ends after so many steps even in mid-epoch; null for no such limit. It does not bend the schedule.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>The gradient's L2 norm is limited to this; null for no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Each gradient is limited to ± this; null for no limit.</summary>
    public double? ClipValue { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>How often a decoder reads the data's tokens; null for always.</summary>
    public TeacherForcing? TeacherForcing { get; init; }

    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Null: the last parameters are the result, not their mean.</summary>
    public Averaging? Averaging { get; init; }

    /// <summary>After so many steps each the hash of the parameters is told; null for never. It changes no bit of them.</summary>
    public long? HashEverySteps { get; init; }

    /// <summary>Whether the hash of the parameters after a step, from 1, is told.</summary>
    public bool IsHashed(long step) => HashEverySteps is { } every && step % every == 0;

    /// <summary>Of so many workers, those that can have a shard at once: more than <see cref="Shards"/> have nothing to do.</summary>
    public int Occupied(int workers) => Math.Min(workers, Shards);
}

/// <summary>Training ends when the validation loss has not improved for a while; the best checkpoint is the result.</summary>
/// <param name="Patience">Epochs without an improvement before training ends.</param>
/// <param name="MinDelta">How much lower a loss must be to count as an improvement.</param>
public sealed record EarlyStopping(int Patience, double MinDelta = 0);
