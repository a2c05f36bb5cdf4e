namespace RnnActors.Core.Problems;

/// <summary>
/// A loss or a gradient is not finite. Training stops before the update, so the last checkpoint is good; the command line exits with code 3.
/// </summary>
public sealed class NonFiniteException : Exception
{
    private const int RowsShown = 12;

    /// <param name="what">The word "loss" or "gradient", for the message.</param>
    /// <param name="step">The step as it is displayed, from 1.</param>
    /// <param name="shard">The shard it came from; null where no single shard is to blame.</param>
    /// <param name="rows">The shard's rows in the dataset.</param>
    public NonFiniteException(string what, long step, int? shard, IReadOnlyList<int> rows)
        : base(Compose(what, step, shard, rows)) => (Step, Shard, Rows) = (step, shard, rows);

    /// <summary>With a complete message, such as one that another process sent.</summary>
    public NonFiniteException(string message)
        : base(message) => Rows = [];

    public long Step { get; }

    public int? Shard { get; }

    public IReadOnlyList<int> Rows { get; }

    private static string Compose(string what, long step, int? shard, IReadOnlyList<int> rows)
    {
        string place = shard is null
            ? $"step {step}, in the sum of all shards"
            : $"step {step}, shard {shard}, rows "
                + $"{string.Join(", ", rows.Take(RowsShown))}{(rows.Count > RowsShown ? $" and {rows.Count - RowsShown} more" : "")} of the training data";
        return $"The {what} is not a finite number: {place}. The parameters were not updated. Lower the learning rate, set clipNorm, or look at those rows.";
    }
}
