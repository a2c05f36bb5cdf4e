using CsCheck;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Products;

[Collection(VectorWidthTests.Name)]
public class MatMulTests
{
    public static TheoryData<VectorWidth> Widths => [.. Enum.GetValues<VectorWidth>().Where(w => w <= Vectors.Widest)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_product_is_the_fused_sum_over_k_in_order_to_the_bit(VectorWidth width)
    {
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 70], Gen.Int[1, 80], Gen.Int[0, 2], Gen.Int[0, 1 << 20]).Sample(
            (rows, k, n, start, seed) => Check(width, rows, k, n, start, seed), iter: 150, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_product_deeper_and_taller_than_a_block_is_the_same_sum(VectorWidth width)
    {
        Check(width, 205, 600, 33, 1, 1);
        Check(width, 13, 513, 65, 2, 2);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Few_rows_against_many_panels_are_the_same_sum(VectorWidth width)
    {
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int[0, 2], Gen.Int[0, 1 << 20]).Sample(
            (rows, k, n, start, seed) => Check(width, rows, k, n, start, seed), iter: 100, threads: 1);
    }

    /// <summary>However many they are, and at the cost of a few cache lines at most; each row begins in its line where the one before does.</summary>
    [Fact]
    public void Rows_at_the_stride_for_their_length_never_share_a_place_of_the_cache() =>
        Gen.OneOf(Gen.Int[1, 9000], Gen.Int[1, 64].Select(times => times * 1024), Gen.Int[1, 300].Select(units => 4 * units)).Sample(columns =>
        {
            int stride = MatMul.StrideFor(columns);
            Assert.InRange(stride, columns, columns + (2 * Prefetch.LineLength));
            Assert.Equal(0, (stride - columns) % Prefetch.LineLength);
            Assert.False(PackedProduct.MayConflict(stride));
        });

    [Theory]
    [MemberData(nameof(Widths))]
    public void Rows_that_take_each_others_place_in_the_cache_are_the_same_sum(VectorWidth width)
    {
        foreach (int k in new[] { 1024, 2048 }) for (int rows = 6; rows <= 14; rows += 4) Check(width, rows, k, 200, rows % 3, seed: 3 * rows);
    }

    private static void Check(VectorWidth width, int rows, int k, int n, int start, int seed)
    {
        var random = new Random(seed);
        int aStride = k + (seed % 3), cStride = n + (seed % 5);
        float[] a = Values(random, rows * aStride), b = Values(random, k * n), bias = Values(random, n), c = Values(random, rows * cStride);
        float[] expected = [.. c];
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = start == 0 ? 0 : start == 1 ? bias[j] : c[(r * cStride) + j];
                for (int i = 0; i < k; i++) sum = MathF.FusedMultiplyAdd(a[(r * aStride) + i], b[(i * n) + j], sum);
                expected[(r * cStride) + j] = sum;
            }
        }

        var before = Vectors.Width;
        Vectors.Width = width;
        try
        {
            var packed = new PackedMatrix(k, n);
            if (seed % 2 == 0) packed.Pack(b);
            else packed.PackTransposed(Transpose(b, k, n));
            if (start == 1) MatMul.MultiplyAddBias(a, aStride, rows, packed, bias, c, cStride);
            else MatMul.Multiply(a, aStride, rows, packed, c, cStride, accumulate: start == 2);
        }
        finally
        {
            Vectors.Width = before;
        }

        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), c.Select(BitConverter.SingleToInt32Bits));
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private static float[] Transpose(float[] b, int k, int n)
    {
        var result = new float[b.Length];
        for (int i = 0; i < k; i++) for (int j = 0; j < n; j++) result[(j * k) + i] = b[(i * n) + j];
        return result;
    }
}
