using CsCheck;
using RnnActors.Core.Kernels;
using RnnActors.Core.Sharding;
using Xunit;

namespace RnnActors.Core.Tests.Kernels;

/// <summary>Two sums and a column sum at once against each element by itself: the layers' gradients, forward (the later group is the first) and in reverse.</summary>
[Collection(VectorWidthTests.Name)]
public class JointProductsTests
{
    private static readonly Gen<Case> Cases = Gen.Select(
        Gen.Int[1, 9], Gen.Int[1, 70], Gen.Int[0, 30], Gen.Int[1, 30], Gen.Int[1, 9], Gen.Int[0, 12], Gen.Bool, Gen.Int[0, 1 << 20],
        (groups, m, n1, n2, shards, rows, reverse, seed) => new Case(groups, m, n1, n2, shards, rows, reverse, seed % 2 == 0, seed));

    public static TheoryData<VectorWidth> Widths => MatMulTests.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Both_products_and_the_column_sums_are_those_of_plain_loops_to_the_bit(VectorWidth width) =>
        Cases.Sample(@case => Check(width, @case), iter: 200, threads: 1);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Deeper_than_a_block_is_the_same_sum(VectorWidth width)
    {
        Check(width, new Case(150, 40, 3, 14, 2, 8, Reverse: false, HasLater: true, 1));
        Check(width, new Case(70, 65, 8, 20, 3, 17, Reverse: true, HasLater: false, 2));
        Check(width, new Case(2, 10, 1, 12, 1, 300, Reverse: false, HasLater: false, 3));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void What_does_not_fit_is_computed_product_by_product(VectorWidth width)
    {
        Check(width, new Case(2, 30, 20, 500, 2, 3, Reverse: false, HasLater: true, 4));
        Check(width, new Case(3, 2, 5, 60, 3, 4, Reverse: true, HasLater: true, 5));
    }

    private static void Check(VectorWidth width, Case @case)
    {
        var (groups, m, n1, n2, shards, rows, reverse, hasLater, seed) = @case;
        var random = new Random(seed);
        int stride = m + (seed % 3), group = (rows + 1) * stride, stride1 = n1 + (seed % 4), group1 = (rows + 2) * stride1, stride2 = n2 + (seed % 2), group2 = rows * stride2;
        float[] a = Values(random, groups * group), b1 = Values(random, groups * group1), b2 = Values(random, (groups - 1) * group2), later = Values(random, rows * stride2);
        ShardRows[] leaves = [.. Enumerable.Range(0, shards).Select(shard => new ShardPlan(rows, shards).RowsOf(shard))];
        int[] merges = new int[shards];
        ReductionTree.Merges(new ShardRange(0, shards), merges);
        var (from, to, laterGroup) = reverse ? (0, groups - 1, groups - 1) : (1, groups, 0);

        float Node(ShardRange node, Func<ShardRows, float> leafSum)
        {
            if (node.Count == 1) return leafSum(leaves[node.First]);
            var (left, right) = ReductionTree.Split(node);
            return Node(left, leafSum) + Node(right, leafSum);
        }

        float Sum(int i, IEnumerable<int> times, Func<int, int, float> factor) => Node(new ShardRange(0, shards), leaf =>
        {
            float sum = 0;
            foreach (int g in times)
                for (int row = leaf.First; row < leaf.First + leaf.Count; row++) sum = MathF.FusedMultiplyAdd(a[(g * group) + (row * stride) + i], factor(g, row), sum);
            return sum;
        });

        IEnumerable<int> all = Enumerable.Range(0, groups), inOrder = Enumerable.Range(from, to - from), second = hasLater ? inOrder.Append(laterGroup) : inOrder;
        float[] expected1 = [.. Enumerable.Range(0, m * n1).Select(at => Sum(at / n1, all, (g, row) => b1[(g * group1) + (row * stride1) + (at % n1)]))];
        float[] expected2 = [.. Enumerable.Range(0, m * n2).Select(at => Sum(at / n2, second, (g, row) =>
            g < from || g >= to ? later[(row * stride2) + (at % n2)] : b2[((g - from) * group2) + (row * stride2) + (at % n2)]))];
        float[] expectedSums = [.. Enumerable.Range(0, m).Select(i => Sum(i, all, (_, _) => 1))];

        float[] c1 = Values(random, m * n1), c2 = Values(random, m * n2), sums = Values(random, m);
        var before = Vectors.Width;
        Vectors.Width = width;
        try
        {
            var order = new SumOrder(leaves, merges);
            var whole = new JointOperand(b1, stride1, group1, n1, 0, groups, c1);
            var most = new JointOperand(b2, stride2, group2, n2, from, to, c2) { Later = hasLater ? later : [], LaterStride = stride2, LaterGroup = laterGroup };
            MatMul.SumTransposed(order, a, stride, group, groups, m, whole, most, sums);
            SameBits.Assert(expected1, c1);
            SameBits.Assert(expected2, c2);
            SameBits.Assert(expectedSums, sums);

            // What was written stands, and the same is added to it.
            MatMul.SumTransposed(new SumOrder(leaves, merges) { AddsToTarget = true }, a, stride, group, groups, m, whole, most, sums);
            SameBits.Assert([.. expected1.Select(sum => sum + sum)], c1);
            SameBits.Assert([.. expected2.Select(sum => sum + sum)], c2);
            SameBits.Assert([.. expectedSums.Select(sum => sum + sum)], sums);

            // Without the column sums either may come first.
            c1.AsSpan().Clear();
            c2.AsSpan().Clear();
            MatMul.SumTransposed(order, a, stride, group, groups, m, most, whole, []);
            SameBits.Assert(expected1, c1);
            SameBits.Assert(expected2, c2);
        }
        finally
        {
            Vectors.Width = before;
        }
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private sealed record Case(int Groups, int M, int First, int Second, int Shards, int Rows, bool Reverse, bool HasLater, int Seed);
}
