namespace RnnActors.Data.Splits;

/// <summary>
/// How rows are divided, in order of time: training first, then validation, then test. Each part is a number of rows where it is above 1, else a fraction
/// of all rows; 1 beside a part in rows is one row. Training rows may be what the other parts leave
/// (<see cref="Rest"/>). Rows after the last part are not used.
/// </summary>
public sealed record SplitSpec(double Train, double Validation = 0, double Test = 0)
{
    /// <summary>A <see cref="Train"/> that is what the other parts leave.</summary>
    public const double Rest = -1;

    /// <summary>Rows at the end that do not exist for any part, as if they were not there yet.</summary>
    public int Unused { get; init; }
}
