using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Sharding;

public class PartSumTests
{
    private const int Length = 40, First = 16;

    /// <summary>Whatever the nodes below it that a node's sum is made of: the bits are those of the
    /// tree, and parameters that were not summed are left alone.</summary>
    [Fact]
    public void The_parts_of_a_node_add_up_in_the_order_of_the_tree() =>
        (from shards in Gen.Int[1, 33]
         from cuts in Gen.Bool.Array[64]
         from seed in Gen.UInt[1, 1000]
         select (shards, cuts, seed)).Sample((shards, cuts, seed) =>
        {
            var node = new ShardRange(0, shards);
            float[][] leaves = [.. Enumerable.Range(0, shards).Select(shard => Pseudorandom.Floats(Length, seed + (uint)shard))];
            List<ShardRange> parts = [];
            int cut = 0;
            Cut(node);

            var gradient = new GradientBuffer(Length);
            List<GradientBuffer> spares = [];
            foreach (var part in parts)
            {
                var sum = new PartSum(node, part, gradient, spares);
                float[] values = SumOf(part);
                for (int i = First; i < Length; i++) sum.Target.Span[i] = sum.AddsToTarget ? sum.Target.Span[i] + values[i] : values[i];
                sum.Close(First, Length - First);
            }

            SameBits.Assert(SumOf(node).AsSpan(First), gradient.Span[First..]);
            Assert.Equal(-1, gradient.Span[..First].IndexOfAnyExcept(0f));
            Assert.InRange(spares.Count, 0, ReductionTree.Depth(shards));

            void Cut(ShardRange part)
            {
                if (part.Count == 1 || !cuts[cut++ % cuts.Length])
                {
                    parts.Add(part);
                    return;
                }

                var (left, right) = ReductionTree.Split(part);
                Cut(left);
                Cut(right);
            }

            float[] SumOf(ShardRange part)
            {
                if (part.Count == 1) return leaves[part.First];
                var (left, right) = ReductionTree.Split(part);
                return [.. SumOf(left).Zip(SumOf(right), (a, b) => a + b)];
            }
        });

    [Fact]
    public void Halves_need_no_gradient_beside_the_node_s()
    {
        List<GradientBuffer> spares = [];
        var node = new ShardRange(0, 8);
        foreach (var part in new[] { new ShardRange(0, 4), new ShardRange(4, 4) }) _ = new PartSum(node, part, new GradientBuffer(1), spares);
        Assert.Empty(spares);
    }
}
