using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;

namespace RnnActors.Training.Tests.Aggregation;

/// <summary>Gradients as workers may give them, whichever shards each has.</summary>
internal static class AnyGradients
{
    /// <summary>Values in [-1, 1).</summary>
    public static GradientBuffer Random(int seed, int length)
    {
        var random = new Random(seed);
        var buffer = new GradientBuffer(length);
        foreach (ref float value in buffer.Span) value = (float)((random.NextDouble() * 2) - 1);
        return buffer;
    }

    /// <summary>The nodes of the reduction tree that workers sum to.</summary>
    /// <param name="cuts">(shards): whether a worker's part ends with the shard; that of the last one always does.</param>
    public static IEnumerable<ShardRange> Nodes(bool[] cuts)
    {
        int first = 0;
        for (int shard = 0; shard < cuts.Length; shard++)
        {
            if (!cuts[shard] && shard < cuts.Length - 1) continue;
            foreach (var node in ReductionTree.Cover(new ShardRange(first, shard + 1 - first), cuts.Length)) yield return node;
            first = shard + 1;
        }
    }
}
