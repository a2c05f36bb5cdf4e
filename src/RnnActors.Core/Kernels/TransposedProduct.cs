using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels;

/// <summary>
/// Up to two products Σ aᵀ·b with the same a, and the sums of a's columns, over the leaves of a reduction tree and added in its order. The operands are packed, since
/// what is read together lies far apart: the b's once, a slab by slab of C's rows. A slab is so low that the sums of all open nodes stay in the second-level cache until
/// it is finished.
/// </summary>
/// <param name="left">a.</param>
/// <param name="m">Columns of a.</param>
/// <param name="columnSums">(m), or null.</param>
/// <param name="transposed">Whether the products go to (n, m).</param>
/// <param name="adds">Whether the sums are added to what stands where they go.</param>
internal readonly unsafe struct TransposedProduct(
    GroupedRows left, int m, JointPart first, JointPart second, float* columnSums, ShardRows* leaves, int* merges, int leafCount, int mostOpen, bool transposed, bool adds) : IKernel
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
        int panel = 2 * TSimd.Count;
        Columns all1 = new(0, first.Columns, panel), all2 = new(0, second.Columns, panel), none = new(0, 0, panel);
        if (((long)DepthOf(first) * all1.Width) + ((long)DepthOf(second) * all2.Width) <= PackedLength)
        {
            Pass<TSimd, TVec>(all1, all2, columnSums);
            return;
        }

        float* sums = columnSums;
        int columns = Together(first, panel);
        for (int column = 0; column < first.Columns; column += columns, sums = null)
            Pass<TSimd, TVec>(new Columns(column, Math.Min(columns, first.Columns - column), panel), none, sums);
        columns = Together(second, panel);
        for (int column = 0; column < second.Columns; column += columns, sums = null)
            Pass<TSimd, TVec>(none, new Columns(column, Math.Min(columns, second.Columns - column), panel), sums);
    }

    /// <summary>Some columns of the products.</summary>
    private void Pass<TSimd, TVec>(in Columns columns1, in Columns columns2, float* sums)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int depth = 0, width = columns1.Width + columns2.Width;
        for (int leaf = 0; leaf < leafCount; leaf++) depth = Math.Max(depth, Math.Max(1, left.Groups) * leaves[leaf].Count);
        int slabRows = Evenly(m, Math.Clamp(SlabLength / width / TSimd.TileRows, 1, MostTiles) * TSimd.TileRows, TSimd.TileRows);
        int tileLength = (Math.Min(DepthBlock, depth) * TSimd.TileRows) + Prefetch.LineLength;
        int leftLength = slabRows / TSimd.TileRows * tileLength, length1 = columns1.Width == 0 ? 0 : DepthOf(first) * columns1.Width, length2 = columns2.Width == 0 ? 0 : DepthOf(second) * columns2.Width;
        fixed (float* memory = ThreadMemory.Take(columns1.Panel + leftLength + length1 + length2 + (mostOpen * slabRows * (width + 1))))
        {
            float* zeros = memory, packedLeft = zeros + columns1.Panel, right1 = packedLeft + leftLength, right2 = right1 + length1, open = right2 + length2;
            new Span<float>(zeros, columns1.Panel).Clear();
            PackRight<TSimd, TVec>(first, columns1, right1);
            PackRight<TSimd, TVec>(second, columns2, right2);
            for (int row = 0; row < m; row += slabRows)
            {
                int rows = Math.Min(slabRows, m - row);
                var slab = new Slab(row, rows, packedLeft, tileLength, open, (nint)rows * (width + 1), zeros);
                Sum<TSimd, TVec>(slab, new Piece(first, columns1, right1, 0), new Piece(second, columns2, right2, rows * columns1.Width), sums);
            }
        }
    }

    /// <summary>Rows of C, from all leaves. An open sum is those of both products, and of the columns.</summary>
    private void Sum<TSimd, TVec>(in Slab slab, Piece one, Piece two, float* sums)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int open = 0, columnsAt = slab.Rows * (one.Columns.Width + two.Columns.Width);
        for (int leaf = 0; leaf < leafCount; leaf++)
        {
            int count = leaves[leaf].Count, depth = left.Groups * count, merged = merges[leaf];
            float* sum = slab.Open + (open++ * slab.Length), below = merged > 0 ? sum - slab.Length : null;
            new Span<float>(sum + columnsAt, slab.Rows).Clear();
            one.Begin();
            two.Begin();
            for (int k = 0, most = Evenly(depth, DepthBlock, 1); k < depth; k += most)
            {
                int blockDepth = Math.Min(most, depth - k);
                PackLeft<TSimd, TVec>(leaf, k, blockDepth, slab, sums is null ? null : sum + columnsAt);
                one.Multiply<TSimd, TVec>(slab, k, blockDepth, count, sum, below);
                two.Multiply<TSimd, TVec>(slab, k, blockDepth, count, sum, below);
            }

            Later<TSimd, TVec>(leaf, slab, ref one, sum, below);
            Later<TSimd, TVec>(leaf, slab, ref two, sum, below);
            one.ClearIfEmpty(slab.Rows, sum);
            two.ClearIfEmpty(slab.Rows, sum);
            for (int merge = 0; merge < merged; merge++)
            {
                float* upper = slab.Open + (--open * slab.Length), lower = upper - slab.Length;
                if (merge > 0 || !one.IsAdded) one.Accumulate(slab.Rows, lower, upper);
                if (merge > 0 || !two.IsAdded) two.Accumulate(slab.Rows, lower, upper);
                Add.Into(new Span<float>(lower + columnsAt, slab.Rows), new ReadOnlySpan<float>(upper + columnsAt, slab.Rows));
            }
        }

        Give(slab, one);
        Give(slab, two);
        if (sums is null) return;
        var columnSum = new ReadOnlySpan<float>(slab.Open + columnsAt, slab.Rows);
        var target = new Span<float>(sums + slab.Row, slab.Rows);
        if (adds) Add.Into(target, columnSum);
        else columnSum.CopyTo(target);
    }

    /// <summary>The group whose rows come last.</summary>
    private void Later<TSimd, TVec>(int leaf, in Slab slab, ref Piece piece, float* sum, float* below)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int count = leaves[leaf].Count;
        if (!piece.HasLater || count == 0) return;
        PackLeft<TSimd, TVec>(leaf, piece.LaterGroup * count, count, slab, null);
        piece.MultiplyLater<TSimd, TVec>(slab, count, sum, below);
    }

    /// <summary>A slab's finished sums, to where they go.</summary>
    private void Give(in Slab slab, in Piece piece)
    {
        var columns = piece.Columns;
        if (columns.Count == 0) return;
        float* from = slab.Open + piece.At, target = piece.Target;
        for (int i = 0; i < slab.Rows; i++, from += columns.Width)
        {
            if (transposed)
            {
                for (int j = 0; j < columns.Count; j++)
                {
                    float* to = target + ((nint)(columns.First + j) * m) + slab.Row + i;
                    *to = adds ? *to + from[j] : from[j];
                }

                continue;
            }

            var row = new Span<float>(target + ((nint)(slab.Row + i) * piece.RowLength) + columns.First, columns.Count);
            if (adds) Add.Into(row, new ReadOnlySpan<float>(from, columns.Count));
            else new ReadOnlySpan<float>(from, columns.Count).CopyTo(row);
        }
    }

    /// <summary>B's columns: leaf after leaf, in each block after block of k, and in each panel after panel, filled up with zeros.</summary>
    private void PackRight<TSimd, TVec>(in JointPart part, in Columns columns, float* to)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (columns.Count == 0) return;
        for (int leaf = 0; leaf < leafCount; leaf++)
        {
            int count = leaves[leaf].Count, depth = left.Groups * count;
            for (int k = 0, most = Evenly(depth, DepthBlock, 1); k < depth; k += most)
            {
                int from = Math.Max(k, part.From * count), length = Math.Min(Math.Min(k + most, depth), part.To * count) - from;
                if (length <= 0) continue;
                PackBlock<TSimd, TVec>(new LeafRows(part.Rows, leaves[leaf], from - (part.From * count)), length, columns, to);
                to += (nint)length * columns.Width;
            }

            if (!part.HasLater || count == 0) continue;
            PackBlock<TSimd, TVec>(new LeafRows(part.Later, leaves[leaf], 0), count, columns, to);
            to += (nint)count * columns.Width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackBlock<TSimd, TVec>(LeafRows rows, int depth, in Columns columns, float* block)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = columns.Panel, full = columns.Count / panel * panel;
        for (int i = 0; i < depth; i++)
        {
            float* source = rows.Next() + columns.First, target = block + (i * panel);
            for (int column = 0; column < full; column += panel, target += (nint)depth * panel)
            {
                TSimd.Store(TSimd.Load(source + column), target);
                TSimd.Store(TSimd.Load(source + column + TSimd.Count), target + TSimd.Count);
            }

            if (full == columns.Count) continue;
            var last = new Span<float>(target, panel);
            new ReadOnlySpan<float>(source + full, columns.Count - full).CopyTo(last);
            last[(columns.Count - full)..].Clear();
        }
    }

    /// <summary>A's columns of a slab over a block of k, tile after tile: what a tile needs for a value of k lies together.</summary>
    /// <param name="sums">What the columns are added to, one value of k after the other, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackLeft<TSimd, TVec>(int leaf, int k, int depth, in Slab slab, float* sums)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        var source = new LeafRows(left, leaves[leaf], k);
        var soon = new LeafRows(left, leaves[leaf], k + Math.Min(FetchedAhead, depth - 1));
        int rows = slab.Rows, tileRows = TSimd.TileRows, full = rows / tileRows * tileRows;
        nint tileLength = slab.TileLength;
        for (int i = 0; i < depth; i++)
        {
            float* start = source.Next() + slab.Row, from = start, end = from + full, to = slab.Left + (i * tileRows);
            nint ahead = i + FetchedAhead < depth ? (nint)(soon.Next() + slab.Row - from) : 0;
            if (tileRows == 12)
            {
                for (; from < end; from += 12, to += tileLength)
                {
                    Prefetch.Line(from + ahead);
                    *(TwelveFloats*)to = *(TwelveFloats*)from;
                }
            }
            else
            {
                for (; from < end; from += tileRows, to += tileLength)
                    for (int column = 0; column < tileRows; column++) to[column] = from[column];
            }

            to += i * (rows - full - tileRows);
            for (int last = 0; last < rows - full; last++) to[last] = from[last];
            if (sums is null) continue;
            int j = 0;
            for (; j <= rows - TSimd.Count; j += TSimd.Count) TSimd.Store(TSimd.Add(TSimd.Load(sums + j), TSimd.Load(start + j)), sums + j);
            for (; j < rows; j++) sums[j] += start[j];
        }
    }

    /// <summary>The length of equal parts, but for the last, of which none is longer than <paramref name="most"/>, in whole units.</summary>
    private static int Evenly(int length, int most, int unit)
    {
        int parts = Math.Max(1, (length + most - 1) / most);
        return Math.Max(1, (length + (parts * unit) - 1) / (parts * unit)) * unit;
    }

    /// <summary>Columns of a part that are packed at once.</summary>
    private int Together(in JointPart part, int panel) => Math.Max(1, PackedLength / Math.Max(1, DepthOf(part)) / panel) * panel;

    /// <summary>Values of k of a part in all leaves.</summary>
    private int DepthOf(in JointPart part)
    {
        int groups = part.To - part.From + (part.HasLater ? 1 : 0), depth = 0;
        for (int leaf = 0; leaf < leafCount; leaf++) depth += groups * leaves[leaf].Count;
        return depth;
    }

    /// <summary>Columns of C that are computed together, <see cref="Width"/> of them with what fills up the last panel.</summary>
    private readonly record struct Columns(int First, int Count, int Panel)
    {
        public int Width => (Count + Panel - 1) / Panel * Panel;
    }

    /// <summary>Rows of C that are computed together, and the memory for it.</summary>
    /// <param name="left">A's tiles, <paramref name="tileLength"/> apart.</param>
    /// <param name="open">The open sums, <paramref name="length"/> apart.</param>
    private readonly struct Slab(int row, int rows, float* left, nint tileLength, float* open, nint length, float* zeros)
    {
        public int Row => row;

        public int Rows => rows;

        public float* Left => left;

        public nint TileLength => tileLength;

        public float* Open => open;

        public nint Length => length;

        public float* Zeros => zeros;
    }

    /// <summary>One of the products: what of it is packed, and how far a leaf's sums are.</summary>
    /// <param name="right">Where its columns lie packed.</param>
    /// <param name="at">Where its sums lie among a slab's.</param>
    private struct Piece(JointPart part, Columns columns, float* right, int at)
    {
        private float* _next = right;
        private bool _begun;

        /// <summary>Whether the leaf's sums went into those of the node below at once.</summary>
        public bool IsAdded { get; private set; }

        public readonly Columns Columns => columns;

        public readonly int At => at;

        public readonly int RowLength => part.Columns;

        public readonly float* Target => part.Target;

        public readonly bool HasLater => part.HasLater && columns.Count > 0;

        public readonly int LaterGroup => part.LaterGroup;

        /// <summary>The next leaf begins.</summary>
        public void Begin() => _begun = IsAdded = false;

        /// <summary>Multiplies what the part has of a block of k, of which <paramref name="count"/> make up a group.</summary>
        public void Multiply<TSimd, TVec>(in Slab slab, int k, int depth, int count, float* sum, float* below)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            int from = Math.Max(k, part.From * count), to = Math.Min(k + depth, part.To * count);
            if (from < to && columns.Count > 0) Block<TSimd, TVec>(slab, from - k, to - from, to == part.To * count && !part.HasLater, sum, below);
        }

        /// <summary>Multiplies the rows that come last.</summary>
        public void MultiplyLater<TSimd, TVec>(in Slab slab, int count, float* sum, float* below)
            where TSimd : ISimd<TVec>
            where TVec : struct => Block<TSimd, TVec>(slab, 0, count, true, sum, below);

        public readonly void ClearIfEmpty(int rows, float* sum)
        {
            if (!_begun) new Span<float>(sum + at, rows * columns.Width).Clear();
        }

        public readonly void Accumulate(int rows, float* lower, float* upper) =>
            Add.Into(new Span<float>(lower + at, rows * columns.Width), new ReadOnlySpan<float>(upper + at, rows * columns.Width));

        /// <summary>A slab's sums over some values of k, from the one that is <paramref name="skipped"/> after the first that is packed; the last of a leaf go to where they are added.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Block<TSimd, TVec>(in Slab slab, int skipped, int depth, bool last, float* sum, float* below)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            bool add = last && below is not null;
            float* right = _next, target = (add ? below : sum) + at, start = _begun ? sum + at : null;
            int rows = slab.Rows, width = columns.Width;
            nint panelLength = (nint)depth * columns.Panel, half = (nint)depth * Prefetch.LineLength;
            for (int column = 0; column < columns.Count; column += columns.Panel, right += panelLength)
            {
                float* left = slab.Left, ahead = right + panelLength;
                nint aheadStep = Prefetch.LineLength;
                for (int row = 0; row < rows; row += TSimd.TileRows, left += slab.TileLength)
                {
                    int taken = Math.Min(TSimd.TileRows, rows - row);
                    nint place = ((nint)row * width) + column;
                    float* from = start is null ? slab.Zeros : start + place;
                    nint fromStride = start is null ? 0 : width;
                    if (columns.Count - column > TSimd.Count)
                        MatMulTile.Multiply<TSimd, TVec, Two>(taken, left + (skipped * taken), 1, taken, right, from, fromStride, target + place, width, add, depth, ahead, aheadStep);
                    else
                        MatMulTile.Multiply<TSimd, TVec, One>(taken, left + (skipped * taken), 1, taken, right, from, fromStride, target + place, width, add, depth, ahead, aheadStep);
                    if (row > 0) aheadStep = 0;
                    ahead += half;
                }
            }

            _next = right;
            _begun = true;
            IsAdded = add;
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 12 * sizeof(float))]
    private readonly struct TwelveFloats;
}
