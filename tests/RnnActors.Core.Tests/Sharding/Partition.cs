using RnnActors.Core.Sharding;

namespace RnnActors.Core.Tests.Sharding;

/// <summary>Shards cut into contiguous parts, one a worker.</summary>
internal static class Partition
{
    /// <param name="cuts">(S): whether a part ends behind this shard; behind the last one it does.</param>
    public static IReadOnlyList<ShardRange> Of(bool[] cuts)
    {
        List<ShardRange> parts = [];
        int first = 0;
        for (int shard = 0; shard < cuts.Length; shard++)
        {
            if (!cuts[shard] && shard < cuts.Length - 1) continue;
            parts.Add(new ShardRange(first, shard + 1 - first));
            first = shard + 1;
        }

        return parts;
    }
}
