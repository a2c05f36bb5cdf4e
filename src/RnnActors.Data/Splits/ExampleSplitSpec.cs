namespace RnnActors.Data.Splits;

/// <summary>One part of a split: a share or a number of the examples, or a rule that its examples follow.</summary>
/// <param name="Share">Above 1 a number of examples, else a fraction of all that no rule takes.</param>
/// <param name="Rule">Null where the share says it.</param>
public sealed record SplitPart(double Share, string? Rule = null)
{
    public static SplitPart None { get; } = new(0);

    /// <summary>Whether it asks for examples at all.</summary>
    public bool IsWanted => Rule is not null || Share > 0;
}

/// <summary>
/// How independent examples are divided. Rules take theirs first; of the others, fractions are drawn by <see cref="Seed"/>, so that a file in order of its
/// labels or of its lengths is divided fairly.
/// </summary>
/// <param name="Train">Null for all that the other parts leave.</param>
public sealed record ExampleSplitSpec(SplitPart? Train, SplitPart Validation, SplitPart Test)
{
    /// <summary>Of the draw. It is not the training's, so that runs of other seeds are measured on the same examples.</summary>
    public ulong Seed { get; init; } = 1;
}
