namespace RnnActors.Core.Sharding;

/// <summary>
/// The binary tree over the shards in which everything is summed, the same on every machine. A node of n shards splits at the largest power of two below n.
/// Floating-point sums depend on their order, so this tree is part of the result.
/// </summary>
public static class ReductionTree
{
    /// <summary>The two halves of a node of more than one shard.</summary>
    public static (ShardRange Left, ShardRange Right) Split(ShardRange node)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(node.Count, 2);
        int left = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)node.Count) / 2;
        return (new(node.First, left), new(node.First + left, node.Count - left));
    }

    /// <summary>The fewest nodes of the tree over <paramref name="shards"/> shards that make up <paramref name="range"/>, in order.</summary>
    public static IReadOnlyList<ShardRange> Cover(ShardRange range, int shards)
    {
        var nodes = new List<ShardRange>();
        Cover(new ShardRange(0, shards), range, nodes);
        return nodes;
    }

    /// <summary>Levels of the tree below its root: how many sums are open at once.</summary>
    public static int Depth(int shards) => shards <= 1 ? 0 : System.Numerics.BitOperations.Log2((uint)shards - 1) + 1;

    /// <summary>The node as a postfix program: for each of its shards, how many inner nodes end with that shard and are therefore added after it.</summary>
    /// <param name="merges">(shards of the node), overwritten.</param>
    public static void Merges(ShardRange node, Span<int> merges)
    {
        merges[..node.Count].Clear();
        CountMerges(node, merges);
    }

    private static void CountMerges(ShardRange node, Span<int> merges)
    {
        if (node.Count == 1) return;
        var (left, right) = Split(node);
        CountMerges(left, merges);
        CountMerges(right, merges[left.Count..]);
        merges[node.Count - 1]++;
    }

    private static void Cover(ShardRange node, ShardRange range, List<ShardRange> nodes)
    {
        if (node.First >= range.End || node.End <= range.First) return;
        if (range.Contains(node))
        {
            nodes.Add(node);
            return;
        }

        var (left, right) = Split(node);
        Cover(left, range, nodes);
        Cover(right, range, nodes);
    }
}
