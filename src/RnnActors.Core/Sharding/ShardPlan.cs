using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Sharding;

/// <summary>How the rows of a batch are cut into shards: as evenly as whole rows allow. It knows nothing of workers.</summary>
/// <param name="Rows">B: rows of the batch, which may be fewer in an epoch's last one.</param>
/// <param name="Shards">S.</param>
public readonly record struct ShardPlan(int Rows, int Shards)
{
    /// <summary>The shard's rows, counted in the batch; none where there are fewer rows than shards.</summary>
    public ShardRows RowsOf(int shard) => RowsOf(new ShardRange(shard, 1));

    /// <summary>The rows of neighbouring shards, which are neighbours too.</summary>
    public ShardRows RowsOf(ShardRange range)
    {
        int first = Boundary(range.First);
        return new ShardRows(first, Boundary(range.End) - first);
    }

    /// <summary>The most rows that so many neighbouring shards of a batch of <paramref name="rows"/> can have.</summary>
    public static int MaxRows(int rows, int shards, int count) => Math.Min(rows, (int)((((long)rows * count) + shards - 1) / shards));

    private int Boundary(int shard) => (int)((long)Rows * shard / Shards);
}
