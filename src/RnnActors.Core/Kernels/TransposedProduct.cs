using System.Runtime.CompilerServices;
using static RnnActors.Core.Kernels.MatMulTile;

namespace RnnActors.Core.Kernels;

/// <summary>C from the columns of A and B: panels of B's columns, and in each the tiles of A's. A panel's block of B is copied together first, since its rows lie far apart.</summary>
internal readonly unsafe struct TransposedProduct(
    float* a, nint aStride, nint aGroup, float* b, nint bStride, nint bGroup, int groups, int depth, int m, int n, float* c, Start start) : IKernel
{
    public void Run<TSimd, TVec>()
        where TSimd : ISimd<TVec>
        where TVec : struct => Panels<TSimd, TVec>(a, aStride, aGroup, b, bStride, bGroup, groups, depth, m, n, c, start);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panels<TSimd, TVec>(
        float* a, nint aStride, nint aGroup, float* b, nint bStride, nint bGroup, int groups, int depth, int m, int n, float* c, Start start)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count;
        float* edge = stackalloc float[TSimd.TileRows * panel];
        float* packed = stackalloc float[MatMul.DepthBlock * panel];
        int blockGroups = Math.Max(1, MatMul.DepthBlock / depth);
        int blockDepth = Math.Min(depth, MatMul.DepthBlock);
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
}
