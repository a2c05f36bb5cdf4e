namespace RnnActors.Core.Sharding;

/// <summary>Consecutive shards of a batch: a worker's part, or a node of the reduction tree.</summary>
public readonly record struct ShardRange(int First, int Count)
{
    public int End => First + Count;

    public bool Contains(ShardRange other) => other.First >= First && other.End <= End;

    /// <summary>The intersection; empty where there is none.</summary>
    public ShardRange Intersect(ShardRange other)
    {
        int first = Math.Max(First, other.First);
        return new ShardRange(first, Math.Max(0, Math.Min(End, other.End) - first));
    }

    /// <summary>Whether this is a non-empty range of a batch of so many shards. Safe for untrusted numbers.</summary>
    public bool IsOf(int shards) => First >= 0 && Count >= 1 && Count <= shards && First <= shards - Count;

    public override string ToString() => Count == 1 ? $"shard {First}" : $"shards {First} to {End - 1}";
}
