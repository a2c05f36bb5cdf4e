using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>C from rows of A and a packed B, by blocks of rows and of k, and within a block panel by panel.</summary>
/// <param name="start">Initial values of the sums, rows <paramref name="startStride"/> apart: (rows, N), or one row for all, or null for zeros.</param>
/// <param name="columns">Columns of the whole product, where this computes a part of them.</param>
internal readonly unsafe struct PackedProduct(
    float* a, nint aStride, int rows, float* b, int k, int n, float* start, nint startStride, float* c, nint cStride, int columns = 0) : IKernel
{
    /// <summary>Rows of A in a block, which stays in the second-level cache.</summary>
    private const int RowBlock = 192;

    /// <summary>Values of k in a block, so that a panel streams from the second-level cache.</summary>
    private const int DepthBlock = 1024;

    /// <summary>Floats of C and of B from which on C is evicted by B: the rows of C are then prefetched a tile ahead.</summary>
    private const int FarC = 16 * 1024, FarB = 32 * 1024;

    /// <summary>
    /// Floats of a way of the first-level cache. Rows of A at a multiple of this distance map to the same set, which holds one line per way; of eight ways, B's
    /// panel takes some. A tile with more rows than the remaining ways would miss on every row at every k.
    /// </summary>
    private const int Way = 1024, WaysForRows = 6;

    /// <summary>From this many panels on it is faster to copy such rows to different sets.</summary>
    private const int ManyPanels = 6;

    /// <summary>Up to this many rows are multiplied one by one, each by several panels at once.</summary>
    private const int FewRows = 2;

    public void Run<TSimd, TVec>()
        where TSimd : ISimd<TVec>
        where TVec : struct => Blocks<TSimd, TVec>(a, aStride, rows, b, k, n, start, startStride, c, cStride, Math.Max(n, columns));

    /// <summary>The whole product, block by block. A later block of k continues from what the earlier ones stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<TSimd, TVec>(float* a, nint aStride, int rows, float* b, int k, int n, float* start, nint startStride, float* c, nint cStride,
        int columns)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count;
        bool isFar = (long)rows * columns >= FarC && (long)k * columns >= FarB;
        bool shareOnePlace = MayConflict(aStride, Math.Min(rows, TSimd.TileRows)) && n >= ManyPanels * panel;
        float* zeros = stackalloc float[MatMulRow.Panels * panel];
        for (int row = 0; row < rows; row += RowBlock)
        {
            int blockRows = Math.Min(RowBlock, rows - row);
            for (int first = 0; first == 0 || first < k; first += DepthBlock)
            {
                int depth = Math.Min(DepthBlock, k - first);
                float* blockA = a + (row * aStride) + first;
                nint stepA = aStride;
                if (shareOnePlace)
                {
                    blockA = Apart(blockA, aStride, blockRows, depth);
                    stepA = ConflictFreeStride(depth);
                }

                int column = 0;
                if (blockRows <= FewRows)
                {
                    for (; column + (MatMulRow.Panels * panel) <= n; column += MatMulRow.Panels * panel)
                    {
                        float* panels = b + ((nint)column * k) + ((nint)first * panel);
                        for (int i = 0; i < blockRows; i++)
                        {
                            float* rowC = c + ((row + i) * cStride) + column;
                            float* rowStart = first > 0 ? rowC : start is null ? zeros : start + ((row + i) * startStride) + column;
                            MatMulRow.Multiply<TSimd, TVec>(blockA + (i * stepA), panels, (nint)k * panel, MatMulRow.Panels, rowStart, rowC, depth);
                        }
                    }

                    if (n - column > panel)
                    {
                        float* panels = b + ((nint)column * k) + ((nint)first * panel), restC = c + (row * cStride) + column;
                        float* restStart = first > 0 ? restC : start is null ? zeros : start + (row * startStride) + column;
                        RowsOfRest<TSimd, TVec>(blockA, stepA, blockRows, panels, (nint)k * panel, restStart, first > 0 ? cStride : startStride, restC, cStride,
                            n - column, depth);
                        column = n;
                    }
                }

                for (; column < n; column += panel)
                {
                    float* panelB = b + ((nint)column * k) + ((nint)first * panel);

                    // After the last panel lies what the thread computes next, or nothing; prefetching it does no harm.
                    float* next = panelB + ((nint)k * panel);
                    float* blockC = c + (row * cStride) + column;
                    float* blockStart = first > 0 ? blockC : start is null ? zeros : start + (row * startStride) + column;
                    nint blockStride = first == 0 ? startStride : cStride;
                    int width = Math.Min(panel, n - column);
                    if (width == panel)
                        Strip<TSimd, TVec, Two>(blockA, stepA, blockRows, panelB, blockStart, blockStride, blockC, cStride, depth, next, isFar);
                    else
                        EdgeStrip<TSimd, TVec>(blockA, stepA, blockRows, panelB, blockStart, blockStride, blockC, cStride, width, depth);
                }
            }
        }
    }

    /// <summary>Whether rows at this stride map to the same set of the first-level cache, and are more than its ways can hold.</summary>
    public static bool MayConflict(nint aStride, int rows = int.MaxValue) => aStride % Way == 0 && rows > WaysForRows;

    /// <summary>Copies rows to the thread's memory, <see cref="ConflictFreeStride"/> apart. The memory is native, so the pointer stays valid.</summary>
    private static float* Apart(float* a, nint aStride, int rows, int depth)
    {
        int stride = ConflictFreeStride(depth);
        fixed (float* copy = ThreadMemory.Take(rows * stride))
        {
            for (int row = 0; row < rows; row++) new ReadOnlySpan<float>(a + (row * aStride), depth).CopyTo(new Span<float>(copy + (row * stride), depth));
            return copy;
        }
    }

    /// <summary>A stride at which copied rows map to different cache sets.</summary>
    public static int ConflictFreeStride(int depth)
    {
        int stride = Prefetch.WholeLines(depth) + Prefetch.LineLength;
        return stride % Way == 0 ? stride + Prefetch.LineLength : stride;
    }

    /// <summary>
    /// The last columns of few rows, fewer than are multiplied at once. They are computed in scratch, since C's neighbours must not be touched.
    /// </summary>
    private static void RowsOfRest<TSimd, TVec>(
        float* a, nint aStride, int rows, float* b, nint panelLength, float* start, nint startStride, float* c, nint cStride, int columns, int depth)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count, panels = (columns + panel - 1) / panel;
        float* rest = stackalloc float[MatMulRow.Panels * panel];
        for (int row = 0; row < rows; row++)
        {
            CopyRows(start + (row * startStride), 0, rest, 0, 1, columns);
            MatMulRow.Multiply<TSimd, TVec>(a + (row * aStride), b, panelLength, panels, rest, rest, depth);
            CopyRows(rest, 0, c + (row * cStride), 0, 1, columns);
        }
    }

    /// <summary>The last columns, less than a panel. They are computed in scratch, since C's neighbours must not be touched.</summary>
    private static void EdgeStrip<TSimd, TVec>(
        float* a, nint aStride, int rows, float* b, float* start, nint startStride, float* c, nint cStride, int columns, int depth)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count;
        float* edge = stackalloc float[TSimd.TileRows * panel];
        for (int row = 0; row < rows; row += TSimd.TileRows)
        {
            int tileRows = Math.Min(TSimd.TileRows, rows - row);
            CopyRows(start + (row * startStride), startStride, edge, panel, tileRows, columns);
            if (columns > TSimd.Count) Strip<TSimd, TVec, Two>(a + (row * aStride), aStride, tileRows, b, edge, panel, edge, panel, depth, b, false);
            else Strip<TSimd, TVec, One>(a + (row * aStride), aStride, tileRows, b, edge, panel, edge, panel, depth, b, false);
            CopyRows(edge, panel, c + (row * cStride), cStride, tileRows, columns);
        }
    }

    /// <summary>All rows of a block against one panel, in tiles as equal as whole rows allow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip<TSimd, TVec, TVectors>(
        float* a, nint aStride, int rows, float* b, float* start, nint startStride, float* c, nint cStride, int depth, float* next, bool isFar)
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TVectors : ITileSize
    {
        float* top = c;
        int tiles = (rows + TSimd.TileRows - 1) / TSimd.TileRows;
        nint step = PanelFetch.Step(2 * TSimd.Count, tiles), fetched = PanelFetch.Length(step, depth);
        for (; tiles > 0; tiles--, next += fetched)
        {
            int taken = (rows + tiles - 1) / tiles;
            if (isFar) FetchTile<TSimd, TVec>(tiles > 1 ? c + (taken * cStride) : top + (2 * TSimd.Count), cStride, taken);
            MatMulTile.Multiply<TSimd, TVec, TVectors, MatrixRows, PanelFetch>(taken, a, aStride, b, start, startStride, c, cStride, false, depth,
                new PanelFetch(next, step));
            a += taken * aStride;
            start += taken * startStride;
            c += taken * cStride;
            rows -= taken;
        }
    }

    /// <summary>Prefetches the rows of C that the next tile reads or writes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchTile<TSimd, TVec>(float* c, nint cStride, int rows)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        for (int row = 0; row < rows; row++, c += cStride)
            for (int i = 0; i < 2 * TSimd.Count; i += Prefetch.LineLength) Prefetch.Line(c + i);
    }

    /// <summary>Copies rows shorter than a panel, too short for a call of the runtime's copy to pay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        int whole = columns / Vector128<float>.Count * Vector128<float>.Count;
        for (int row = 0; row < rows; row++, source += sourceStride, target += targetStride)
        {
            int column = 0;
            for (; column < whole; column += Vector128<float>.Count) Vector128.Store(Vector128.Load(source + column), target + column);
            for (; column < columns; column++) target[column] = source[column];
        }
    }
}
