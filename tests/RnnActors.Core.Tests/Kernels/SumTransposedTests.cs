using CsCheck;
using RnnActors.Core.Kernels;
using RnnActors.Core.Sharding;
using Xunit;

namespace RnnActors.Core.Tests.Kernels;

[Collection(VectorWidthTests.Name)]
public class SumTransposedTests
{
    private static readonly Gen<Case> Cases = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[1, 30], Gen.Int[1, 70], Gen.Int[1, 9], Gen.Int[0, 12], Gen.Int[0, 1 << 20],
        (groups, later, m, n, shards, rows, seed) => new Case(groups, later, m, n, shards, rows, seed));

    public static TheoryData<VectorWidth> Widths => MatMulTests.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Each_shard_is_a_fused_sum_in_order_and_the_tree_adds_them_to_the_bit(VectorWidth width) =>
        Cases.Sample(@case => Check(width, @case), iter: 150, threads: 1);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Deeper_than_a_block_is_the_same_sum(VectorWidth width)
    {
        Check(width, new Case(400, 1, 14, 40, 2, 5, 1));
        Check(width, new Case(130, 0, 30, 33, 3, 17, 2));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Taller_and_wider_than_a_slab_is_the_same_sum(VectorWidth width)
    {
        Check(width, new Case(2, 1, 500, 3, 3, 4, 3));
        Check(width, new Case(1, 0, 60, 2500, 2, 2, 4));
        Check(width, new Case(3000, 0, 2, 730, 1, 1, 5));
    }

    [Fact]
    public void A_shard_without_rows_counts_as_zeros() => VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
    {
        float[] a = [-1], b = [0f], c = [7];
        MatMul.SumTransposed(new SumOrder([new(0, 1), new(1, 0)], [0, 1]), new TransposedOperands(a, 1, 1, b, 1, 1, 1), default, 1, 1, c);
        Assert.Equal(0, BitConverter.SingleToInt32Bits(c[0]));
        MatMul.SumTransposed(SumOrder.Of(new ShardRows(0, 0)), default, default, 1, 1, c);
        return c;
    });

    private static void Check(VectorWidth width, Case @case)
    {
        var (groups, later, m, n, shards, rows, seed) = @case;
        var random = new Random(seed);
        int aStride = m + (seed % 3), bStride = n + (seed % 4), aGroup = (rows + 1) * aStride, bGroup = (rows + 2) * bStride;
        float[] a = Values(random, groups * aGroup), b = Values(random, groups * bGroup), laterA = Values(random, later * aGroup), laterB = Values(random, later * bGroup);
        ShardRows[] leaves = [.. Enumerable.Range(0, shards).Select(shard => new ShardPlan(rows, shards).RowsOf(shard))];
        int[] merges = new int[shards];
        ReductionTree.Merges(new ShardRange(0, shards), merges);

        float Leaf(ShardRows leaf, int i, int j)
        {
            float sum = 0;
            for (int g = 0; g < groups + later; g++)
            {
                var (left, right, group) = g < groups ? (a, b, g) : (laterA, laterB, g - groups);
                for (int row = leaf.First; row < leaf.First + leaf.Count; row++)
                    sum = MathF.FusedMultiplyAdd(left[(group * aGroup) + (row * aStride) + i], right[(group * bGroup) + (row * bStride) + j], sum);
            }

            return sum;
        }

        float Node(ShardRange node, int i, int j)
        {
            if (node.Count == 1) return Leaf(leaves[node.First], i, j);
            var (first, second) = ReductionTree.Split(node);
            return Node(first, i, j) + Node(second, i, j);
        }

        float[] expected = [.. Enumerable.Range(0, m * n).Select(at => Node(new ShardRange(0, shards), at / n, at % n))];
        float[] c = Values(random, m * n), added = Values(random, m * n), expectedAdded = [.. added.Zip(expected, (standing, sum) => standing + sum)];
        var before = Vectors.Width;
        Vectors.Width = width;
        try
        {
            var first = new TransposedOperands(a, aStride, aGroup, b, bStride, bGroup, groups);
            var second = new TransposedOperands(laterA, aStride, aGroup, laterB, bStride, bGroup, later);
            MatMul.SumTransposed(new SumOrder(leaves, merges), first, second, m, n, c);
            MatMul.SumTransposed(new SumOrder(leaves, merges) { AddsToTarget = true }, first, second, m, n, added);
        }
        finally
        {
            Vectors.Width = before;
        }

        SameBits.Assert(expected, c);
        SameBits.Assert(expectedAdded, added);
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    /// <param name="Later">Groups of the second operands.</param>
    private sealed record Case(int Groups, int Later, int M, int N, int Shards, int Rows, int Seed);
}
