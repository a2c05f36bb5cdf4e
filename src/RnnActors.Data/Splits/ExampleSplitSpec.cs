namespace RnnActors.Data.Splits;

/// <summary>One part of a split: a share or a number of examples, or a rule that selects them.</summary>
/// <param name="Share">Above 1, the number of examples; otherwise a fraction of those that no rule takes.</param>
/// <param name="Rule">Null if the share decides.</param>
public sealed record SplitPart(double Share, string? Rule = null)
{
    public static SplitPart None { get; } = new(0);

    /// <summary>Whether the part has any examples.</summary>
    public bool IsWanted => Rule is not null || Share > 0;
}

/// <summary>
/// How independent examples are divided. Rules take theirs first; fractions of the others are drawn at random by <see cref="Seed"/>. So a file that is sorted
/// by label or length is divided fairly.
/// </summary>
/// <param name="Train">Null for everything that the other parts leave.</param>
public sealed record ExampleSplitSpec(SplitPart? Train, SplitPart Validation, SplitPart Test)
{
    /// <summary>The seed of the draw. It is not the training's, so that runs with other seeds are measured on the same examples.</summary>
    public ulong Seed { get; init; } = 1;
}
