using CsCheck;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Products.Transposed;

/// <summary>
/// Two sums and a column sum at once against each element by itself. The second operand has some of the groups, and perhaps one that comes last: as a layer's
/// recurrent weights have, forward (it is the first) and in reverse.
/// </summary>
[Collection(VectorWidthTests.Name)]
public class SumTransposedTests
{
    private static readonly Gen<Case> Few = Cases(Gen.Int[1, 70], Gen.Int[0, 30], Gen.Int[1, 30]);

    private static readonly Gen<Case> Many = Cases(Gen.Int[1, 30], Gen.Int[0, 70], Gen.Int[60, 140]);

    public static TheoryData<VectorWidth> Widths => MatMulTests.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Few_columns_are_summed_as_plain_loops_do_to_the_bit(VectorWidth width) =>
        Few.Sample(@case => Check(width, @case), iter: 200, threads: 1);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Many_columns_are_summed_as_plain_loops_do_to_the_bit(VectorWidth width) =>
        Many.Sample(@case => Check(width, @case), iter: 150, threads: 1);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Deeper_than_a_block_is_the_same_sum(VectorWidth width)
    {
        Check(width, new Case(150, 40, 3, 14, 2, 8, 1, 150, HasLater: true, 1));
        Check(width, new Case(70, 65, 8, 20, 3, 17, 0, 69, HasLater: false, 2));
        Check(width, new Case(2, 10, 1, 12, 1, 300, 1, 2, HasLater: false, 3));
        Check(width, new Case(400, 14, 0, 100, 2, 5, 1, 400, HasLater: true, 4));
        Check(width, new Case(130, 20, 33, 70, 3, 17, 0, 129, HasLater: true, 5));
        Check(width, new Case(2, 30, 5, 100, 1, 1100, 1, 2, HasLater: true, 12));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Taller_and_wider_than_a_slab_is_the_same_sum(VectorWidth width)
    {
        Check(width, new Case(2, 500, 90, 10, 3, 4, 1, 2, HasLater: true, 6));
        Check(width, new Case(1, 60, 1200, 1300, 2, 2, 0, 1, HasLater: false, 7));
        Check(width, new Case(3000, 2, 730, 40, 1, 1, 1, 3000, HasLater: true, 8));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_product_of_few_columns_is_computed_as_its_transpose(VectorWidth width)
    {
        Check(width, new Case(2, 1100, 3, 5, 3, 4, 1, 2, HasLater: false, 9));
        Check(width, new Case(3, 1100, 12, 100, 2, 5, 0, 2, HasLater: true, 10));
        Check(width, new Case(3, 1100, 1, 9, 3, 2, 1, 3, HasLater: true, 11));
    }

    /// <summary>Otherwise each thread would keep as much again.</summary>
    [Theory]
    [InlineData(20_000, true, true)]
    [InlineData(12_000, false, true)]
    [InlineData(4_000, true, false)]
    [InlineData(3_000, false, false)]
    public void Operands_are_put_together_in_spare_memory_as_far_as_it_goes(int length, bool first, bool second)
    {
        const int Rows = 100, N1 = 32, N2 = 96, M = 40;
        float[] a = new float[Rows * M], b1 = [.. Enumerable.Repeat(1f, Rows * N1)], b2 = [.. Enumerable.Repeat(2f, Rows * N2)];
        float[] spare = new float[length], c1 = new float[M * N1], c2 = new float[M * N2];
        MatMul.SumTransposed(
            SumOrder.Of(new ShardRows(0, Rows)), a, M, a.Length, 1, M, new JointOperand(b1, N1, 0, N1, 0, 1, c1), new JointOperand(b2, N2, 0, N2, 0, 1, c2), [],
            spare);
        Assert.Equal((first, second), (spare.Contains(1), spare.Contains(2)));
    }

    [Fact]
    public void A_shard_without_rows_counts_as_zeros() => VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
    {
        float[] a = [-1], b = [0f], c = [7], many = new float[100], wide = new float[100];
        MatMul.SumTransposed(new SumOrder([new(0, 1), new(1, 0)], [0, 1]), a, 1, 1, 1, 1, new JointOperand(b, 1, 1, 1, 0, 1, c), default, []);
        Assert.Equal(0, BitConverter.SingleToInt32Bits(c[0]));
        MatMul.SumTransposed(new SumOrder([new(0, 1), new(1, 0)], [0, 1]), a, 1, 1, 1, 1, new JointOperand(many, 100, 100, 100, 0, 1, wide), default, []);
        Assert.All(wide, value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value)));
        MatMul.SumTransposed(SumOrder.Of(new ShardRows(0, 0)), a, 1, 1, 1, 1, new JointOperand(b, 1, 1, 1, 0, 1, c), default, []);
        return c;
    });

    private static Gen<Case> Cases(Gen<int> m, Gen<int> first, Gen<int> second) => Gen.Select(
        Gen.Int[1, 9], m, first, second, Gen.Int[1, 9], Gen.Int[0, 12], Gen.Int[0, 1 << 20],
        (groups, m, n1, n2, shards, rows, seed) =>
        {
            var random = new Random(seed);
            int from = random.Next(groups), to = random.Next(from, groups + 1);
            return new Case(groups, m, n1, n2, shards, rows, from, to, random.Next(2) == 0, seed);
        });

    private static void Check(VectorWidth width, Case @case)
    {
        var (groups, m, n1, n2, shards, rows, from, to, hasLater, seed) = @case;
        var random = new Random(seed);
        int stride = m + (seed % 3), group = (rows + 1) * stride, stride1 = n1 + (seed % 4), group1 = (rows + 2) * stride1, stride2 = n2 + (seed % 2),
            group2 = rows * stride2;
        int laterGroup = from > 0 ? 0 : groups - 1;
        float[] a = Values(random, groups * group), b1 = Values(random, groups * group1), b2 = Values(random, (to - from) * group2),
            later = Values(random, rows * stride2);
        ShardRows[] leaves = [.. Enumerable.Range(0, shards).Select(shard => new ShardPlan(rows, shards).RowsOf(shard))];
        int[] merges = new int[shards];
        ReductionTree.Merges(new ShardRange(0, shards), merges);

        float Node(ShardRange node, Func<ShardRows, float> leafSum)
        {
            if (node.Count == 1) return leafSum(leaves[node.First]);
            var (left, right) = ReductionTree.Split(node);
            return Node(left, leafSum) + Node(right, leafSum);
        }

        float Sum(int i, IEnumerable<int> times, Func<int, int, bool, float> factor) => Node(new ShardRange(0, shards), leaf =>
        {
            float sum = 0;
            int time = 0;
            foreach (int g in times)
            {
                bool isLater = time++ == to - from;
                for (int row = leaf.First; row < leaf.First + leaf.Count; row++)
                    sum = MathF.FusedMultiplyAdd(a[(g * group) + (row * stride) + i], factor(g, row, isLater), sum);
            }

            return sum;
        });

        IEnumerable<int> all = Enumerable.Range(0, groups), inOrder = Enumerable.Range(from, to - from),
            second = hasLater ? inOrder.Append(laterGroup) : inOrder;
        float[] expected1 = [.. Enumerable.Range(0, m * n1).Select(at => Sum(at / n1, all, (g, row, _) => b1[(g * group1) + (row * stride1) + (at % n1)]))];
        float[] expected2 = [.. Enumerable.Range(0, m * n2).Select(at => Sum(at / n2, second, (g, row, isLater) =>
            isLater ? later[(row * stride2) + (at % n2)] : b2[((g - from) * group2) + (row * stride2) + (at % n2)]))];
        float[] expectedSums = [.. Enumerable.Range(0, m).Select(i => Sum(i, all, (_, _, _) => 1))];

        float[] c1 = Values(random, m * n1), c2 = Values(random, m * n2), sums = Values(random, m);
        var before = Vectors.Width;
        Vectors.Width = width;
        try
        {
            var order = new SumOrder(leaves, merges);
            var whole = new JointOperand(b1, stride1, group1, n1, 0, groups, c1);
            var some = new JointOperand(b2, stride2, group2, n2, from, to, c2)
            {
                Later = hasLater ? later : [],
                LaterStride = stride2,
                LaterGroup = laterGroup,
            };
            MatMul.SumTransposed(order, a, stride, group, groups, m, whole, some, sums);
            SameBits.Assert(expected1, c1);
            SameBits.Assert(expected2, c2);
            SameBits.Assert(expectedSums, sums);

            // Either may come first, with the column sums or without; the sums may be added to what stands.
            float[] standing1 = Values(random, m * n1), standing2 = Values(random, m * n2), standingSums = Values(random, m);
            standing1.CopyTo(c1, 0);
            standing2.CopyTo(c2, 0);
            standingSums.CopyTo(sums, 0);
            float[] spare = Values(random, random.Next(2 * ((groups * rows * (n1 + n2 + 64)) + 1))), kept = [.. spare];
            int guard = spare.Length / 8;
            MatMul.SumTransposed(
                new SumOrder(leaves, merges) { AddsToTarget = true }, a, stride, group, groups, m, some, whole, seed % 3 == 0 ? [] : sums,
                spare.AsSpan()[guard..^guard]);
            SameBits.Assert(kept.AsSpan(0, guard), spare.AsSpan(0, guard));
            SameBits.Assert(kept.AsSpan()[^guard..], spare.AsSpan()[^guard..]);
            SameBits.Assert(Added(standing1, expected1), c1);
            SameBits.Assert(Added(standing2, expected2), c2);
            SameBits.Assert(seed % 3 == 0 ? standingSums : Added(standingSums, expectedSums), sums);
        }
        finally
        {
            Vectors.Width = before;
        }
    }

    private static float[] Added(float[] standing, float[] sum) => [.. standing.Zip(sum, (a, b) => a + b)];

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    /// <param name="From">The second operand's first group.</param>
    private sealed record Case(int Groups, int M, int First, int Second, int Shards, int Rows, int From, int To, bool HasLater, int Seed);
}
