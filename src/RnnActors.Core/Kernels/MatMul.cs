using System.Runtime.CompilerServices;
using static RnnActors.Core.Kernels.MatMulTile;

namespace RnnActors.Core.Kernels;

/// <summary>
/// Matrix products whose every element is accumulated over k in order with fused multiply-add, from zero, a bias or what was there: so neither the vector's
/// width, nor the tile, nor how many rows are multiplied at once changes a bit.
/// </summary>
public static unsafe class MatMul
{
    /// <summary>Rows of A in a block that stays in the second-level cache, and values of k in a panel's block that stays in the first.</summary>
    private const int RowBlock = 192;
    private const int DepthBlock = 256;

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
            var kernel = new TransposedKernel(pa, aStride, aGroup, pb, bStride, bGroup, groups, depth, m, n, pc, start);
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
            var kernel = new BlocksKernel(pa, aStride, rows, pb, b.K, b.N, pc, cStride, start, pBias);
            Dispatch.Run(ref kernel);
        }
    }

    /// <summary>Blocks of rows and of k; in each, panel after panel. A later block of k continues from what the earlier ones stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<TSimd, TVec>(float* a, nint aStride, int rows, float* b, int k, int n, float* c, nint cStride, Start start, float* bias)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count;
        float* edge = stackalloc float[TSimd.TileRows * panel];
        float* edgeBias = stackalloc float[panel];
        for (int row = 0; row < rows; row += RowBlock)
        {
            int blockRows = Math.Min(RowBlock, rows - row);
            for (int first = 0; first == 0 || first < k; first += DepthBlock)
            {
                int depth = Math.Min(DepthBlock, k - first);
                var blockStart = first == 0 ? start : Start.Accumulate;
                for (int column = 0; column < n; column += panel)
                {
                    float* panelData = b + ((nint)column * k) + ((nint)first * panel);
                    float* blockA = a + (row * aStride) + first;
                    float* blockC = c + (row * cStride) + column;
                    int columns = Math.Min(panel, n - column);
                    if (columns == panel)
                        Strip<TSimd, TVec>(blockA, aStride, blockRows, panelData, blockC, cStride, 2, depth, blockStart, bias + column);
                    else
                        EdgeStrip<TSimd, TVec>(blockA, aStride, blockRows, panelData, blockC, cStride, columns, depth, blockStart, bias + column, edge, edgeBias);
                }
            }
        }
    }

    /// <summary>The last columns, less than a panel: computed beside C, whose neighbours must not be touched.</summary>
    private static void EdgeStrip<TSimd, TVec>(
        float* a, nint aStride, int rows, float* b, float* c, nint cStride, int columns, int depth, Start start, float* bias, float* edge, float* edgeBias)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count;
        int vectors = columns > TSimd.Count ? 2 : 1;
        if (start == Start.Bias)
        {
            for (int i = 0; i < panel; i++) edgeBias[i] = i < columns ? bias[i] : 0;
        }

        for (int row = 0; row < rows; row += TSimd.TileRows)
        {
            int tileRows = Math.Min(TSimd.TileRows, rows - row);
            if (start == Start.Accumulate) CopyRows(c + (row * cStride), cStride, edge, panel, tileRows, columns);
            Strip<TSimd, TVec>(a + (row * aStride), aStride, tileRows, b, edge, panel, vectors, depth, start, edgeBias);
            CopyRows(edge, panel, c + (row * cStride), cStride, tileRows, columns);
        }
    }

    private static void CopyRows(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
            new ReadOnlySpan<float>(source + (row * sourceStride), columns).CopyTo(new Span<float>(target + (row * targetStride), columns));
    }

    /// <summary>All rows of a block against one panel, in the largest tiles that fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip<TSimd, TVec>(
        float* a, nint aStride, int rows, float* b, float* c, nint cStride, int vectors, int depth, Start start, float* bias)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        nint panel = 2 * TSimd.Count;
        while (rows > 0)
        {
            int taken = TileRowsFor(rows, TSimd.TileRows);
            switch (taken * vectors)
            {
                case 24: RowsByPanel<TSimd, TVec, Tile12x2>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 16: RowsByPanel<TSimd, TVec, Tile8x2>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 12 when vectors == 1: RowsByPanel<TSimd, TVec, Tile12x1>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 12: RowsByPanel<TSimd, TVec, Tile6x2>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 8 when vectors == 1: RowsByPanel<TSimd, TVec, Tile8x1>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 8: RowsByPanel<TSimd, TVec, Tile4x2>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 6: RowsByPanel<TSimd, TVec, Tile6x1>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 4 when vectors == 1: RowsByPanel<TSimd, TVec, Tile4x1>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 4: RowsByPanel<TSimd, TVec, Tile2x2>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 2 when vectors == 1: RowsByPanel<TSimd, TVec, Tile2x1>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                case 2: RowsByPanel<TSimd, TVec, Tile1x2>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
                default: RowsByPanel<TSimd, TVec, Tile1x1>(a, aStride, b, panel, c, cStride, depth, start, bias); break;
            }

            a += taken * aStride;
            c += taken * cStride;
            rows -= taken;
        }
    }

    /// <summary>Panels of columns of b, and in each the tiles of columns of a. The panel's block of b is copied together first where its rows lie far apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transposed<TSimd, TVec>(
        float* a, nint aStride, nint aGroup, float* b, nint bStride, nint bGroup, int groups, int depth, int m, int n, float* c, Start start)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count;
        float* edge = stackalloc float[TSimd.TileRows * panel];
        float* packed = stackalloc float[DepthBlock * panel];
        int blockGroups = Math.Max(1, DepthBlock / depth);
        int blockDepth = Math.Min(depth, DepthBlock);
        for (int column = 0; column < n; column += panel)
        {
            int columns = Math.Min(panel, n - column);
            int vectors = columns > TSimd.Count ? 2 : 1;
            for (int group = 0; group < groups; group += blockGroups)
            {
                int theseGroups = Math.Min(blockGroups, groups - group);
                for (int first = 0; first < depth; first += blockDepth)
                {
                    int thisDepth = Math.Min(blockDepth, depth - first);
                    PackGroups(b + (group * bGroup) + (first * bStride) + column, bStride, bGroup, theseGroups, thisDepth, columns, panel, packed);
                    var blockStart = group == 0 && first == 0 ? start : Start.Accumulate;
                    float* blockA = a + (group * aGroup) + (first * aStride);
                    for (int row = 0; row < m;)
                    {
                        int taken = TileRowsFor(m - row, TSimd.TileRows);
                        float* tileC = c + ((nint)row * n) + column;
                        if (columns == panel)
                        {
                            Tile<TSimd, TVec>(taken, 2, blockA + row, aStride, aGroup, packed, theseGroups, thisDepth, tileC, n, blockStart);
                        }
                        else
                        {
                            if (blockStart == Start.Accumulate) CopyRows(tileC, n, edge, panel, taken, columns);
                            Tile<TSimd, TVec>(taken, vectors, blockA + row, aStride, aGroup, packed, theseGroups, thisDepth, edge, panel, blockStart);
                            CopyRows(edge, panel, tileC, n, taken, columns);
                        }

                        row += taken;
                    }
                }
            }
        }
    }

    private static void PackGroups(float* b, nint bStride, nint bGroup, int groups, int depth, int columns, int panel, float* packed)
    {
        for (int group = 0; group < groups; group++)
        {
            float* source = b + (group * bGroup);
            for (int k = 0; k < depth; k++, source += bStride, packed += panel)
            {
                var row = new Span<float>(packed, panel);
                new ReadOnlySpan<float>(source, columns).CopyTo(row);
                row[columns..].Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TSimd, TVec>(
        int rows, int vectors, float* a, nint aStride, nint aGroup, float* b, int groups, int depth, float* c, nint cStride, Start start)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        nint panel = 2 * TSimd.Count;
        nint bGroup = panel * depth;
        switch (rows * vectors)
        {
            case 24: ColumnsByRows<TSimd, TVec, Tile12x2>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 16: ColumnsByRows<TSimd, TVec, Tile8x2>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 12 when vectors == 1: ColumnsByRows<TSimd, TVec, Tile12x1>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 12: ColumnsByRows<TSimd, TVec, Tile6x2>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 8 when vectors == 1: ColumnsByRows<TSimd, TVec, Tile8x1>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 8: ColumnsByRows<TSimd, TVec, Tile4x2>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 6: ColumnsByRows<TSimd, TVec, Tile6x1>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 4 when vectors == 1: ColumnsByRows<TSimd, TVec, Tile4x1>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 4: ColumnsByRows<TSimd, TVec, Tile2x2>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 2 when vectors == 1: ColumnsByRows<TSimd, TVec, Tile2x1>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            case 2: ColumnsByRows<TSimd, TVec, Tile1x2>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
            default: ColumnsByRows<TSimd, TVec, Tile1x1>(a, aStride, aGroup, b, panel, bGroup, c, cStride, groups, depth, start); break;
        }
    }

    /// <summary>The largest tile that is not more than the rows left: 12, 8, 6, 4, 2 or 1, and not more than registers hold.</summary>
    private static int TileRowsFor(int rows, int most) => Math.Min(rows, most) switch
    {
        >= 12 => 12,
        >= 8 => 8,
        >= 6 => 6,
        >= 4 => 4,
        >= 2 => 2,
        _ => 1,
    };

    private readonly struct BlocksKernel(float* a, nint aStride, int rows, float* b, int k, int n, float* c, nint cStride, Start start, float* bias) : IKernel
    {
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct => Blocks<TSimd, TVec>(a, aStride, rows, b, k, n, c, cStride, start, bias);
    }

    private readonly struct TransposedKernel(
        float* a, nint aStride, nint aGroup, float* b, nint bStride, nint bGroup, int groups, int depth, int m, int n, float* c, Start start) : IKernel
    {
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct => Transposed<TSimd, TVec>(a, aStride, aGroup, b, bStride, bGroup, groups, depth, m, n, c, start);
    }
}
