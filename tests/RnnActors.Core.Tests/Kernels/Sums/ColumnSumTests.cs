using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Sums;

[Collection(VectorWidthTests.Name)]
public class ColumnSumTests
{
    [Fact]
    public void Each_shards_rows_are_added_in_order_and_the_shards_in_the_trees() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 150], Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 1 << 20]).Sample(
        (groups, width, first, second, seed) => VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
        {
            var random = new Random(seed);
            int stride = width + (seed % 3), group = (first + second) * stride;
            float[] source = [.. Enumerable.Range(0, groups * group).Select(_ => random.NextSingle() - 0.5f)], sums = new float[width];
            ColumnSum.Compute(new SumOrder([new(0, first), new(first, second)], [0, 1]), source, stride, group, groups, sums);
            float Sum(int column, int from, int count)
            {
                float sum = 0;
                for (int g = 0; g < groups; g++)
                    for (int row = from; row < from + count; row++) sum += source[(g * group) + (row * stride) + column];
                return sum;
            }

            float[] expected = [.. Enumerable.Range(0, width).Select(column => Sum(column, 0, first) + Sum(column, first, second))];
            SameBits.Assert(expected, sums);
            ColumnSum.Compute(new SumOrder([new(0, first), new(first, second)], [0, 1]) { AddsToTarget = true }, source, stride, group, groups, sums);
            SameBits.Assert([.. expected.Select(sum => sum + sum)], sums);
            return sums;
        }), iter: 100, threads: 1);
}
