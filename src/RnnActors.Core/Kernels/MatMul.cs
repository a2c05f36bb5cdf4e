using static RnnActors.Core.Kernels.MatMulTile;

namespace RnnActors.Core.Kernels;

/// <summary>
/// Matrix products whose every element is accumulated over k in order with fused multiply-add, from zero, a bias or what was there: so neither the vector's
/// width, nor the tile, nor how many rows are multiplied at once changes a bit.
/// </summary>
public static unsafe class MatMul
{
    /// <summary>Values of k in a panel's block that stays in the first-level cache.</summary>
    internal const int DepthBlock = 256;

    /// <summary>Columns of a packed panel at the width in use: two vectors.</summary>
    internal static int PanelWidth => Vectors.Width switch
    {
        VectorWidth.Bits512 => 32,
        VectorWidth.Bits256 => 16,
        VectorWidth.Bits128 => 8,
        _ => 2,
    };

    /// <summary>C = A·B, or C += A·B.</summary>
    /// <param name="a">(rows, K), rows <paramref name="aStride"/> apart.</param>
    /// <param name="c">(rows, N), rows <paramref name="cStride"/> apart.</param>
    public static void Multiply(ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, Span<float> c, int cStride, bool accumulate = false) =>
        Multiply(a, aStride, rows, b, c, cStride, accumulate ? Start.Accumulate : Start.Zero, []);

    /// <summary>C = bias + A·B, the bias first.</summary>
    /// <param name="bias">(N).</param>
    public static void MultiplyAddBias(ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, ReadOnlySpan<float> bias, Span<float> c, int cStride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bias.Length, b.N);
        Multiply(a, aStride, rows, b, c, cStride, Start.Bias, bias);
    }

    /// <summary>
    /// C (m, n) = Σ over groups and depth of aᵀ·b: a weight's gradient from the gradients of its outputs and its inputs. k runs through the groups (time steps) and
    /// in each through <paramref name="depth"/> neighbouring rows (a shard's).
    /// </summary>
    /// <param name="a">(groups, ≥ depth, ≥ m): rows <paramref name="aStride"/> apart, groups <paramref name="aGroup"/>.</param>
    /// <param name="b">(groups, ≥ depth, ≥ n): rows <paramref name="bStride"/> apart, groups <paramref name="bGroup"/>.</param>
    /// <param name="c">(m, n), contiguous.</param>
    public static void MultiplyTransposed(
        ReadOnlySpan<float> a, int aStride, int aGroup, ReadOnlySpan<float> b, int bStride, int bGroup, int groups, int depth, int m, int n, Span<float> c, bool accumulate = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, m * n);
        if (groups > 0 && depth > 0)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, ((groups - 1) * aGroup) + ((depth - 1) * aStride) + m);
            ArgumentOutOfRangeException.ThrowIfLessThan(b.Length, ((groups - 1) * bGroup) + ((depth - 1) * bStride) + n);
        }
        else
        {
            if (!accumulate) c[..(m * n)].Clear();
            return;
        }

        var start = accumulate ? Start.Accumulate : Start.Zero;
        fixed (float* pa = a, pb = b, pc = c)
        {
            var kernel = new TransposedProduct(pa, aStride, aGroup, pb, bStride, bGroup, groups, depth, m, n, pc, start);
            Dispatch.Run(ref kernel);
        }
    }

    private static void Multiply(ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, Span<float> c, int cStride, Start start, ReadOnlySpan<float> bias)
    {
        if (rows == 0) return;
        if (b.PanelWidth != PanelWidth) throw new InvalidOperationException("The right operand is not packed for the vector width in use.");
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, ((rows - 1) * aStride) + b.K);
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, ((rows - 1) * cStride) + b.N);
        fixed (float* pa = a, pb = b.Data, pc = c, pBias = bias)
        {
            var kernel = new PackedProduct(pa, aStride, rows, pb, b.K, b.N, pc, cStride, start, pBias);
            Dispatch.Run(ref kernel);
        }
    }
}
