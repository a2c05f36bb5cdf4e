namespace RnnActors.Data.Splits;

/// <summary>
/// How rows are divided, in order of time: training first, then validation, then test. A part above 1 is a number of rows, otherwise a fraction of all rows; 1
/// beside a part in rows means one row. The training part may be everything that the others leave (<see cref="Rest"/>). Rows after the last part are not used.
/// </summary>
public sealed record SplitSpec(double Train, double Validation = 0, double Test = 0)
{
    /// <summary>The value of <see cref="Train"/> for everything that the other parts leave.</summary>
    public const double Rest = -1;

    /// <summary>The number of rows at the end that no part may use, as if they did not exist yet.</summary>
    public int Unused { get; init; }
}
