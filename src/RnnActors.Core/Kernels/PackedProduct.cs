using System.Runtime.CompilerServices;
using static RnnActors.Core.Kernels.MatMulTile;

namespace RnnActors.Core.Kernels;

/// <summary>C from rows of A and a packed B: blocks of rows and of k, and in each, panel after panel.</summary>
internal readonly unsafe struct PackedProduct(float* a, nint aStride, int rows, float* b, int k, int n, float* c, nint cStride, Start start, float* bias) : IKernel
{
    /// <summary>Rows of A in a block that stays in the second-level cache.</summary>
    private const int RowBlock = 192;

    public void Run<TSimd, TVec>()
        where TSimd : ISimd<TVec>
        where TVec : struct => Blocks<TSimd, TVec>(a, aStride, rows, b, k, n, c, cStride, start, bias);

    /// <summary>A later block of k continues from what the earlier ones stored.</summary>
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
            for (int first = 0; first == 0 || first < k; first += MatMul.DepthBlock)
            {
                int depth = Math.Min(MatMul.DepthBlock, k - first);
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
}
