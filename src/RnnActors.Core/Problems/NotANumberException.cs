namespace RnnActors.Core.Problems;

/// <summary>
/// A loss or a gradient is not a finite number. Training stops before the update, so the last checkpoint is good; the command line exits with code 3.
/// </summary>
/// <param name="what">The loss or the gradient.</param>
/// <param name="step">The step, from 1, as it is shown.</param>
/// <param name="shard">Where it came from; null where no shard shows it by itself.</param>
/// <param name="rows">The shard's rows in the dataset.</param>
public sealed class NotANumberException(string what, long step, int? shard, IReadOnlyList<int> rows) : Exception(Compose(what, step, shard, rows))
{
    private const int RowsShown = 12;

    public long Step { get; } = step;

    public int? Shard { get; } = shard;

    public IReadOnlyList<int> Rows { get; } = rows;

    private static string Compose(string what, long step, int? shard, IReadOnlyList<int> rows)
    {
        string place = shard is null
            ? $"step {step}, in the sum of all shards"
            : $"step {step}, shard {shard}, rows {string.Join(", ", rows.Take(RowsShown))}{(rows.Count > RowsShown ? $" and {rows.Count - RowsShown} more" : "")} of the training data";
        return $"The {what} is not a finite number: {place}. The parameters were not updated. Lower the learning rate, set clipNorm, or look at those rows.";
    }
}
