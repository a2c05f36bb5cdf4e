using RnnActors.Core.Sharding;

namespace RnnActors.Training.Coordinator;

/// <summary>Which nodes have failed at which shards of the present phase, and how often.</summary>
/// <param name="shards">S.</param>
internal sealed class ShardFailures(int shards)
{
    /// <summary>How often a shard must have failed before it counts as one that no node can compute.</summary>
    public const int Max = 3;

    private readonly Dictionary<int, int>?[] _times = new Dictionary<int, int>?[shards];

    public bool IsEmpty { get; private set; } = true;

    /// <summary>Why the last one failed.</summary>
    public string Reason { get; private set; } = "";

    public void Clear()
    {
        if (!IsEmpty) Array.Clear(_times);
        IsEmpty = true;
    }

    public void Add(ShardRange range, int node, string reason)
    {
        (IsEmpty, Reason) = (false, reason);
        for (int shard = range.First; shard < range.End; shard++)
        {
            var times = _times[shard] ??= [];
            times[node] = times.GetValueOrDefault(node) + 1;
        }
    }

    /// <summary>Whether anyone has failed at the shard.</summary>
    public bool Has(int shard) => _times[shard] is not null;

    /// <summary>How often the node has failed at the shard.</summary>
    public int Times(int shard, int node) => _times[shard]?.GetValueOrDefault(node) ?? 0;

    /// <summary>Whether all of these nodes have failed at the shard, and often enough.</summary>
    public bool IsHopeless(int shard, IEnumerable<PoolNode> nodes) =>
        _times[shard] is { } times && times.Values.Sum() >= Max && nodes.All(node => times.ContainsKey(node.Number));
}
