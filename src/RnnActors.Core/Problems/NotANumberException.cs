namespace RnnActors.Core.Problems;

/// <summary>
/// A loss or a gradient is not a finite number. Training stops before the update, so the last checkpoint is good; the command line exits with code 3.
/// </summary>
public sealed class NotANumberException : Exception
{
    private const int RowsShown = 12;

    /// <param name="what">The loss or the gradient.</param>
    /// <param name="step">The step, from 1, as it is shown.</param>
    /// <param name="shard">Where it came from; null where no shard shows it by itself.</param>
    /// <param name="rows">The shard's rows in the dataset.</param>
    public NotANumberException(string what, long step, int? shard, IReadOnlyList<int> rows)
        : base(Compose(what, step, shard, rows)) => (Step, Shard, Rows) = (step, shard, rows);

    /// <summary>One that happened in another process, which told of it.</summary>
    public NotANumberException(string message)
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
