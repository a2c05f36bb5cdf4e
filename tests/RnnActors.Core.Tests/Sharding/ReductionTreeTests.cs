using CsCheck;
using RnnActors.Core.Sharding;
using Xunit;

namespace RnnActors.Core.Tests.Sharding;

public class ReductionTreeTests
{
    private static readonly Gen<(int Shards, ShardRange Range)> Ranges =
        from shards in Gen.Int[1, 70]
        from first in Gen.Int[0, shards - 1]
        from count in Gen.Int[0, shards - first]
        select (shards, new ShardRange(first, count));

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 4)]
    [InlineData(8, 4)]
    [InlineData(9, 8)]
    public void A_node_splits_at_the_largest_power_of_two_below_its_count(int count, int left) =>
        Assert.Equal((new ShardRange(3, left), new ShardRange(3 + left, count - left)), ReductionTree.Split(new ShardRange(3, count)));

    [Fact]
    public void A_node_of_one_shard_does_not_split() => Assert.Throws<ArgumentOutOfRangeException>(() => ReductionTree.Split(new ShardRange(0, 1)));

    [Fact]
    public void A_cover_is_the_fewest_nodes_that_make_up_a_range_in_order() => Ranges.Sample((shards, range) =>
    {
        var cover = ReductionTree.Cover(range, shards);
        int next = range.First;
        foreach (var node in cover)
        {
            Assert.Equal(next, node.First);
            next = node.End;
        }

        Assert.Equal(range.End, next);
        var nodes = Nodes(new ShardRange(0, shards));
        Assert.All(cover, node => Assert.Contains(node, nodes));

        // A node that could replace two of them would hold both and lie inside the range.
        Assert.All(nodes.Where(node => range.Contains(node)), node => Assert.Contains(cover, of => of.Contains(node)));
    });

    [Fact]
    public void The_depth_is_the_longest_way_from_the_root() => Gen.Int[1, 300].Sample(shards =>
    {
        static int Deepest(ShardRange node) =>
            node.Count == 1 ? 0 : 1 + Math.Max(Deepest(ReductionTree.Split(node).Left), Deepest(ReductionTree.Split(node).Right));
        Assert.Equal(Deepest(new ShardRange(0, shards)), ReductionTree.Depth(shards));
    });

    [Fact]
    public void The_merges_after_each_shard_rebuild_the_tree() => Gen.Int[1, 300].Sample(shards =>
    {
        static string Tree(ShardRange node) =>
            node.Count == 1 ? $"{node.First}" : $"({Tree(ReductionTree.Split(node).Left)} {Tree(ReductionTree.Split(node).Right)})";
        int[] merges = new int[shards + 1];
        ReductionTree.Merges(new ShardRange(0, shards), merges);
        var open = new Stack<string>();
        for (int shard = 0; shard < shards; shard++)
        {
            open.Push($"{shard}");
            for (int merge = 0; merge < merges[shard]; merge++)
            {
                string right = open.Pop();
                open.Push($"({open.Pop()} {right})");
            }
        }

        Assert.Equal([Tree(new ShardRange(0, shards))], open);
    });

    private static IReadOnlyList<ShardRange> Nodes(ShardRange root)
    {
        if (root.Count == 1) return [root];
        var (left, right) = ReductionTree.Split(root);
        return [root, .. Nodes(left), .. Nodes(right)];
    }
}
