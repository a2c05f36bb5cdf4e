using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Sharding;

/// <summary>How the rows of a batch are cut into shards: as evenly as whole rows allow, independent of the workers.</summary>
/// <param name="Rows">B: rows of the batch; an epoch's last batch may have fewer.</param>
/// <param name="Shards">S.</param>
public readonly record struct ShardPlan(int Rows, int Shards)
{
    /// <summary>The shard's rows, by index in the batch; none where there are fewer rows than shards.</summary>
    public ShardRows RowsOf(int shard) => RowsOf(new ShardRange(shard, 1));

    /// <summary>The rows of consecutive shards, which are consecutive too.</summary>
    public ShardRows RowsOf(ShardRange range)
    {
        int first = Boundary(range.First);
        return new ShardRows(first, Boundary(range.End) - first);
    }

    /// <summary>The most rows that <paramref name="count"/> consecutive shards of a batch of <paramref name="rows"/> can have.</summary>
    public static int MaxRows(int rows, int shards, int count) => Math.Min(rows, (int)((((long)rows * count) + shards - 1) / shards));

    private int Boundary(int shard) => (int)((long)Rows * shard / Shards);
}
