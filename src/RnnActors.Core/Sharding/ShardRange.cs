namespace RnnActors.Core.Sharding;

/// <summary>Neighbouring shards of a batch: a worker's part, or a node of the reduction tree.</summary>
public readonly record struct ShardRange(int First, int Count)
{
    public int End => First + Count;

    public bool Contains(ShardRange other) => other.First >= First && other.End <= End;

    public override string ToString() => Count == 1 ? $"shard {First}" : $"shards {First} to {End - 1}";
}
