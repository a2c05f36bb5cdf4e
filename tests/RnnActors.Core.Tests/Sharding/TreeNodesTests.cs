using CsCheck;
using RnnActors.Core.Sharding;
using Xunit;

namespace RnnActors.Core.Tests.Sharding;

public class TreeNodesTests
{
    /// <summary>Strings show the order of every sum.</summary>
    [Fact]
    public void Nodes_of_any_parts_in_any_order_and_twice_fold_to_the_one_tree() =>
        (from shards in Gen.Int[1, 20]
         from cuts in Gen.Bool.Array[shards]
         from order in Gen.Shuffle(Enumerable.Range(0, 60).ToArray())
         select (shards, cuts, order)).Sample((shards, cuts, order) =>
        {
            ShardRange[] parts = [.. Partition.Of(cuts).SelectMany(part => ReductionTree.Cover(part, shards))];
            var nodes = new TreeNodes<string>(shards);
            int[] first = [.. order.Where(i => i < parts.Length)];
            foreach (int i in first)
            {
                Assert.False(nodes.IsComplete);
                nodes.Add(parts[i], Expected(parts[i]));
                nodes.Add(parts[i], "the second answer");
            }

            Assert.True(nodes.IsComplete);
            Assert.Equal(Expected(new ShardRange(0, shards)), nodes.Fold((left, right) => $"({left} {right})"));
            nodes.Clear();
            Assert.False(nodes.IsComplete);
        });

    [Fact]
    public void A_node_inside_another_or_around_others_changes_nothing()
    {
        var nodes = new TreeNodes<string>(4);
        foreach (var range in new ShardRange[] { new(0, 2), new(0, 1), new(2, 1), new(3, 1), new(2, 2) }) nodes.Add(range, Expected(range));
        Assert.Equal("((0 1) (2 3))", nodes.Fold((left, right) => $"({left} {right})"));
    }

    private static string Expected(ShardRange node)
    {
        if (node.Count == 1) return $"{node.First}";
        var (left, right) = ReductionTree.Split(node);
        return $"({Expected(left)} {Expected(right)})";
    }
}
