using RnnActors.Core.Specifications;

namespace RnnActors.Data.Specifications;

/// <summary>When checkpoints are written, and how many are kept besides the best.</summary>
/// <param name="EverySteps">Steps between two checkpoints; null to write only at the end of each epoch.</param>
/// <param name="Keep">The number of newest checkpoints to keep.</param>
/// <param name="Directory">The folder; relative to the specification's folder. Null where the run decides.</param>
public sealed record CheckpointSpec(int? EverySteps = 200, int Keep = 3, string? Directory = null)
{
    internal static Format<CheckpointSpec> Format { get; } = new ObjectFormat<CheckpointSpec>("the keys of checkpoints", new())
        .Key(
            "everySteps", "Steps between two checkpoints; null for one at the end of each epoch alone.",
            Numbers.Whole(1).OrNull(), c => c.EverySteps, (c, v) => c with { EverySteps = v })
        .Key("keep", "The newest so many are kept, beside the best one.", Numbers.Whole(1), c => c.Keep, (c, v) => c with { Keep = v })
        .Key(
            "directory", "The folder, beside the specification where it is relative; null where the run decides.",
            new TextFormat { NotEmpty = true }.OrNothing(), c => c.Directory, (c, v) => c with { Directory = v });
}
