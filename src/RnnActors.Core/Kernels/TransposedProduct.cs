using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels;

/// <summary>
/// C = Σ aᵀ·b over the leaves of a reduction tree, added in its order. Both operands are packed, since what is read together lies far apart: b once, a slab by
/// slab of C's rows. A slab is so low that the sums of all open nodes stay in the second-level cache until it is finished.
/// </summary>
/// <param name="c">(m, n), or (n, m) where it is to be <paramref name="transposed"/>.</param>
/// <param name="adds">Whether the sums are added to what stands in <paramref name="c"/>.</param>
internal readonly unsafe struct TransposedProduct(
    GroupedRows a1, GroupedRows b1, GroupedRows a2, GroupedRows b2, ShardRows* leaves, int* merges, int leafCount, int mostOpen, int m, int n, float* c, bool transposed, bool adds) : IKernel
{
    /// <summary>Values of k in a block: a tile's part of A stays in the first-level cache, and a panel's part of B and a slab's of A in the second.</summary>
    private const int DepthBlock = 512;

    /// <summary>Floats of an open sum's slab.</summary>
    private const int SlabLength = 48 * 1024;

    /// <summary>Floats of B packed at once: of a longer one, some columns after others.</summary>
    private const int PackedLength = 2 * 1024 * 1024;

    /// <summary>Tiles of a slab.</summary>
    private const int MostTiles = 20;

    /// <summary>Rows between the one of A that is packed and the one that is fetched.</summary>
    private const int FetchedAhead = 8;

    public void Run<TSimd, TVec>()
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count, depth = 0;
        for (int leaf = 0; leaf < leafCount; leaf++) depth += DepthOf(leaf);
        int columns = Math.Min(n, Math.Max(1, PackedLength / Math.Max(1, depth) / panel) * panel);
        int width = (columns + panel - 1) / panel * panel;
        int slabRows = Evenly(m, Math.Clamp(SlabLength / width / TSimd.TileRows, 1, MostTiles) * TSimd.TileRows, TSimd.TileRows);
        int tileLength = (Math.Min(DepthBlock, depth) * TSimd.TileRows) + Prefetch.LineLength;
        int leftLength = MostTiles * tileLength, rightLength = depth * width, openLength = mostOpen * slabRows * width;
        fixed (float* memory = ThreadMemory.Take(leftLength + rightLength + openLength + panel))
        {
            var packed = new Packed(memory, tileLength, memory + leftLength, memory + leftLength + rightLength, memory + leftLength + rightLength + openLength);
            new Span<float>(packed.Zeros, panel).Clear();
            for (int column = 0; column < n; column += columns)
            {
                var group = new Columns(column, Math.Min(columns, n - column), panel);
                PackRight<TSimd, TVec>(group, packed);
                for (int row = 0; row < m; row += slabRows) Slab<TSimd, TVec>(row, Math.Min(slabRows, m - row), group, packed);
            }
        }
    }

    /// <summary>Rows of C, from all leaves.</summary>
    private void Slab<TSimd, TVec>(int row, int rows, in Columns columns, in Packed packed)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int length = rows * columns.Width, open = 0;
        float* right = packed.Right;
        for (int leaf = 0; leaf < leafCount; leaf++)
        {
            int depth = DepthOf(leaf), merged = merges[leaf];
            float* sum = packed.Open + (open++ * (nint)length);
            if (depth == 0) new Span<float>(sum, length).Clear();
            for (int k = 0, most = Evenly(depth, DepthBlock, 1); k < depth; k += most)
            {
                int blockDepth = Math.Min(most, depth - k);
                PackLeft(leaf, k, blockDepth, row, rows, TSimd.TileRows, packed);
                bool add = merged > 0 && k + blockDepth == depth;
                Block<TSimd, TVec>(right, k == 0 ? null : sum, add ? sum - length : sum, add, rows, blockDepth, columns, packed);
                right += (nint)blockDepth * columns.Width;
            }

            for (int merge = 0; merge < merged; merge++)
            {
                float* upper = packed.Open + (--open * (nint)length);
                if (merge > 0 || depth == 0) Add.Into(new Span<float>(upper - length, length), new ReadOnlySpan<float>(upper, length));
            }
        }

        if (transposed)
        {
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns.Count; j++)
                {
                    float* to = c + ((nint)(columns.First + j) * m) + row + i;
                    float sum = packed.Open[((nint)i * columns.Width) + j];
                    *to = adds ? *to + sum : sum;
                }
            }

            return;
        }

        for (int i = 0; i < rows; i++)
        {
            var sums = new ReadOnlySpan<float>(packed.Open + ((nint)i * columns.Width), columns.Count);
            var to = new Span<float>(c + ((nint)(row + i) * n) + columns.First, columns.Count);
            if (adds) Add.Into(to, sums);
            else sums.CopyTo(to);
        }
    }

    /// <summary>A slab's sums over a block of k, from <paramref name="start"/> or zeros, to or added to <paramref name="target"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block<TSimd, TVec>(float* right, float* start, float* target, bool add, int rows, int depth, in Columns columns, in Packed packed)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        nint panelLength = (nint)depth * columns.Panel, half = (nint)depth * Prefetch.LineLength;
        for (int column = 0; column < columns.Count; column += columns.Panel, right += panelLength)
        {
            float* left = packed.Left, ahead = right + panelLength;
            nint aheadStep = Prefetch.LineLength;
            for (int row = 0; row < rows; row += TSimd.TileRows, left += packed.TileLength)
            {
                int taken = Math.Min(TSimd.TileRows, rows - row);
                nint at = ((nint)row * columns.Width) + column;
                float* from = start is null ? packed.Zeros : start + at;
                nint fromStride = start is null ? 0 : columns.Width;
                if (columns.Count - column > TSimd.Count)
                    MatMulTile.Multiply<TSimd, TVec, Two>(taken, left, 1, taken, right, from, fromStride, target + at, columns.Width, add, depth, ahead, aheadStep);
                else
                    MatMulTile.Multiply<TSimd, TVec, One>(taken, left, 1, taken, right, from, fromStride, target + at, columns.Width, add, depth, ahead, aheadStep);
                if (row > 0) aheadStep = 0;
                ahead += half;
            }
        }
    }

    /// <summary>B's columns: leaf after leaf, in each block after block of k, and in each panel after panel, filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRight<TSimd, TVec>(in Columns columns, in Packed packed)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        float* block = packed.Right;
        int panel = columns.Panel, full = columns.Count / panel * panel;
        for (int leaf = 0; leaf < leafCount; leaf++)
        {
            int depth = DepthOf(leaf);
            if (depth == 0) continue;
            var rows = new LeafRows(b1, b2, leaves[leaf], 0);
            for (int k = 0, most = Evenly(depth, DepthBlock, 1); k < depth; k += most)
            {
                int blockDepth = Math.Min(most, depth - k);
                for (int i = 0; i < blockDepth; i++)
                {
                    float* source = rows.Next() + columns.First, target = block + (i * panel);
                    for (int column = 0; column < full; column += panel, target += (nint)blockDepth * panel)
                    {
                        TSimd.Store(TSimd.Load(source + column), target);
                        TSimd.Store(TSimd.Load(source + column + TSimd.Count), target + TSimd.Count);
                    }

                    if (full == columns.Count) continue;
                    var last = new Span<float>(target, panel);
                    new ReadOnlySpan<float>(source + full, columns.Count - full).CopyTo(last);
                    last[(columns.Count - full)..].Clear();
                }

                block += (nint)blockDepth * columns.Width;
            }
        }
    }

    /// <summary>A's columns of a slab over a block of k, tile after tile: what a tile needs for a value of k lies together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackLeft(int leaf, int k, int depth, int row, int rows, int tileRows, in Packed packed)
    {
        var source = new LeafRows(a1, a2, leaves[leaf], k);
        var soon = new LeafRows(a1, a2, leaves[leaf], k + Math.Min(FetchedAhead, depth - 1));
        int full = rows / tileRows * tileRows;
        for (int i = 0; i < depth; i++)
        {
            float* from = source.Next() + row, end = from + full, to = packed.Left + (i * tileRows);
            nint ahead = i + FetchedAhead < depth ? (nint)(soon.Next() + row - from) : 0;
            if (tileRows == 12)
            {
                for (; from < end; from += 12, to += packed.TileLength)
                {
                    Prefetch.Line(from + ahead);
                    *(TwelveFloats*)to = *(TwelveFloats*)from;
                }
            }
            else
            {
                for (; from < end; from += tileRows, to += packed.TileLength)
                    for (int j = 0; j < tileRows; j++) to[j] = from[j];
            }

            to += i * (rows - full - tileRows);
            for (int j = 0; j < rows - full; j++) to[j] = from[j];
        }
    }

    /// <summary>The length of equal parts, but for the last, of which none is longer than <paramref name="most"/>, in whole units.</summary>
    private static int Evenly(int length, int most, int unit)
    {
        int parts = Math.Max(1, (length + most - 1) / most);
        return Math.Max(1, (length + (parts * unit) - 1) / (parts * unit)) * unit;
    }

    /// <summary>Values of k that a leaf's sums run over.</summary>
    private int DepthOf(int leaf) => (a1.Groups + a2.Groups) * leaves[leaf].Count;

    /// <summary>Columns of C that are computed together, <see cref="Width"/> of them with what fills up the last panel.</summary>
    private readonly record struct Columns(int First, int Count, int Panel)
    {
        public int Width => (Count + Panel - 1) / Panel * Panel;
    }

    /// <summary>Where the operands lie packed.</summary>
    private readonly struct Packed(float* left, nint tileLength, float* right, float* open, float* zeros)
    {
        /// <summary>A's tiles, <see cref="TileLength"/> apart.</summary>
        public float* Left => left;

        public nint TileLength => tileLength;

        public float* Right => right;

        /// <summary>The slabs of the open sums.</summary>
        public float* Open => open;

        public float* Zeros => zeros;
    }

    [StructLayout(LayoutKind.Sequential, Size = 12 * sizeof(float))]
    private readonly struct TwelveFloats;
}
