using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>
/// Up to two products Σ aᵀ·b with the same a, and the sums of a's columns, in one pass over a. They run over the leaves of a reduction tree and are added in
/// its order. This is for b of few columns: b's columns are the rows of the tiles and a's columns the lanes, so that only b needs packing. The columns of a are
/// summed by a column of ones beside the first b: 1·a + sum, rounded once, is the sum itself.
/// </summary>
/// <param name="left">a, which is read in blocks of groups.</param>
/// <param name="leftEnd">The end of a's memory.</param>
/// <param name="m">Columns of a.</param>
/// <param name="columnSums">(m), or null.</param>
/// <param name="adds">Whether the sums are added to their targets instead of overwriting them.</param>
internal readonly unsafe struct JointProducts(
    GroupedRows left, float* leftEnd, int m, JointPart first, JointPart second, float* columnSums, ShardRows* leaves, int* merges, int leafCount, int maxOpen,
    bool adds) : IKernel
{
    /// <summary>Values of k in a block (more only where one group has more rows): a panel of a and a tile's part of b stay in the first-level cache.</summary>
    private const int DepthBlock = 256;

    /// <summary>The most columns of both b's, and of a, whose sums stay in the second-level cache beside a block; beyond, slabs of sums are faster.</summary>
    private const int MaxColumns = 96, MaxM = 1024;

    /// <summary>Whether products of these sizes are faster this way than by <see cref="TransposedProduct"/>.</summary>
    public static bool Fits(int m, int columns) => columns <= MaxColumns && m <= MaxM && m >= columns / 4;

    public void Run<TSimd, TVec>()
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count, width = (m + panel - 1) / panel * panel, depth = 0;
        for (int leaf = 0; leaf < leafCount; leaf++)
            depth = Math.Max(depth, left.IsIndexed ? Math.Min(DepthBlock, leaves[leaf].Count) : GroupsTogether(leaf) * leaves[leaf].Count);
        int length = (first.Height + second.Height) * width;
        int firstPacked = first.PackedLength(depth, TSimd.TileRows), secondPacked = second.PackedLength(depth, TSimd.TileRows);
        fixed (float* memory = ThreadMemory.Take(panel + (depth * panel) + firstPacked + secondPacked + ((adds ? maxOpen + 1 : maxOpen) * length)))
        {
            float* zeros = memory, right = zeros + panel, packedFirst = right + (depth * panel), packedSecond = packedFirst + firstPacked,
                open = packedSecond + secondPacked;
            new Span<float>(zeros, panel).Clear();
            int sums = 0;
            for (int leaf = 0; leaf < leafCount; leaf++)
            {
                int merged = merges[leaf];
                float* sum = open + (sums++ * (nint)length), below = merged > 0 ? sum - length : null;
                var one = new Piece(first, packedFirst, sum, below, width, zeros);
                var two = new Piece(second, packedSecond, sum + (first.Height * width), below == null ? null : below + (first.Height * width), width, zeros);
                Leaf<TSimd, TVec>(leaf, ref one, ref two, right);
                for (int merge = 0; merge < merged; merge++)
                {
                    sums--;
                    float* upper = open + (sums * (nint)length), lower = upper - length;
                    if (merge > 0 || !one.IsAdded) Accumulate(lower, upper, first.Height * width);
                    if (merge > 0 || !two.IsAdded) Accumulate(lower + (first.Height * width), upper + (first.Height * width), second.Height * width);
                }
            }

            float* spare = open + (maxOpen * (nint)length);
            Give(open, width, first, spare);
            Give(open + (first.Height * width), width, second, spare);
            if (columnSums != null) Add.Give(new Span<float>(columnSums, m), new ReadOnlySpan<float>(open + (first.Columns * width), m), adds);
        }
    }

    /// <summary>Writes a part's finished sums to its target.</summary>
    /// <param name="spare">Scratch as long as the sums, where they are added to the target.</param>
    private void Give(float* sums, int width, in JointPart part, float* spare)
    {
        Transpose.Copy(sums, width, part.Columns, m, adds ? spare : part.Target, part.Columns);
        if (adds) Accumulate(part.Target, spare, part.Columns * m);
    }

    /// <summary>Computes a leaf's sums, block by block.</summary>
    private void Leaf<TSimd, TVec>(int leaf, ref Piece one, ref Piece two, float* right)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        var rows = leaves[leaf];
        if (left.IsIndexed)
        {
            IndexedLeaf<TSimd, TVec>(rows, ref one, ref two, right);
            return;
        }

        int groups = rows.Count == 0 ? 0 : left.Groups, together = GroupsTogether(leaf);
        for (int group = 0; group < groups; group += together)
        {
            int end = Math.Min(groups, group + together);
            one.Take<TSimd, TVec>(group, end, rows, isLastOfGroup: true);
            two.Take<TSimd, TVec>(group, end, rows, isLastOfGroup: true);
            Block<TSimd, TVec>(group, end, rows, one, two, right);
            one.Done();
            two.Done();
        }

        if (groups > 0) Later<TSimd, TVec>(rows, ref one, right);
        if (groups > 0) Later<TSimd, TVec>(rows, ref two, right);
        one.ClearIfEmpty();
        two.ClearIfEmpty();
    }

    /// <summary>Computes the sums of a leaf whose rows an index lists, block by block.</summary>
    private void IndexedLeaf<TSimd, TVec>(ShardRows rows, ref Piece one, ref Piece two, float* right)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        for (int row = 0; row < rows.Count; row += DepthBlock)
        {
            var block = new ShardRows(rows.First + row, Math.Min(DepthBlock, rows.Count - row));
            bool isLast = row + DepthBlock >= rows.Count;
            one.Take<TSimd, TVec>(0, 1, block, isLast);
            two.Take<TSimd, TVec>(0, 1, block, isLast);
            Block<TSimd, TVec>(0, 1, block, one, two, right);
            one.Done();
            two.Done();
        }

        one.ClearIfEmpty();
        two.ClearIfEmpty();
    }

    /// <summary>Adds the group of later rows.</summary>
    private void Later<TSimd, TVec>(ShardRows rows, ref Piece piece, float* right)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (!piece.TakeLater<TSimd, TVec>(rows)) return;
        Block<TSimd, TVec>(piece.Group, piece.Group + 1, rows, piece, default, right);
        piece.Done();
    }

    /// <summary>Multiplies some groups of a, panel by panel, by what both pieces have packed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<TSimd, TVec>(int group, int end, ShardRows rows, in Piece one, in Piece two, float* right)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count;
        for (int column = 0; column < m; column += panel)
        {
            PackPanel<TSimd, TVec>(group, end, rows, column, right);
            if (m - column > TSimd.Count)
            {
                one.Multiply<TSimd, TVec, Two>(right, group, rows.Count, column);
                two.Multiply<TSimd, TVec, Two>(right, group, rows.Count, column);
            }
            else
            {
                one.Multiply<TSimd, TVec, One>(right, group, rows.Count, column);
                two.Multiply<TSimd, TVec, One>(right, group, rows.Count, column);
            }
        }
    }

    /// <summary>Packs a panel's columns of a. What is read past the last column goes into lanes that are ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackPanel<TSimd, TVec>(int group, int end, ShardRows rows, int column, float* to)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count, columns = Math.Min(panel, m - column);
        float* last = leftEnd - panel;
        for (; group < end; group++)
        {
            float* from = left.RowAt(group, rows.First) + column;
            for (int row = 0; row < rows.Count; row++, from += left.Stride, to += panel)
            {
                if (left.IsIndexed) from = left.RowAt(group, rows.First + row) + column;
                if (columns == panel || from <= last)
                {
                    TSimd.Store(TSimd.Load(from), to);
                    TSimd.Store(TSimd.Load(from + TSimd.Count), to + TSimd.Count);
                }
                else
                {
                    for (int i = 0; i < panel; i++) to[i] = i < columns ? from[i] : 0;
                }
            }
        }
    }

    private int GroupsTogether(int leaf) => Math.Min(Math.Max(1, left.Groups), Math.Max(1, DepthBlock / Math.Max(1, leaves[leaf].Count)));

    private static void Accumulate(float* lower, float* upper, int length) => Add.Into(new Span<float>(lower, length), new ReadOnlySpan<float>(upper, length));

    /// <summary>One of the products within a leaf: what is packed of it, and how far its sums have come.</summary>
    private struct Piece(JointPart part, float* packed, float* sum, float* below, int width, float* zeros)
    {
        private int _from, _to;
        private bool _begun, _last;

        /// <summary>Whether the leaf's sums were added to those of the node below right away.</summary>
        public bool IsAdded { get; private set; }

        /// <summary>The first group that is packed.</summary>
        public readonly int Group => _from;

        /// <summary>Packs the part's rows of some groups.</summary>
        /// <param name="isLastOfGroup">Whether the last group is complete.</param>
        public void Take<TSimd, TVec>(int group, int end, ShardRows rows, bool isLastOfGroup)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            (_from, _to) = (Math.Max(group, part.From), Math.Max(group, Math.Min(end, part.To)));
            if (_from >= _to) return;
            _last = _to == part.To && !part.HasLater && isLastOfGroup;
            part.Pack<TSimd, TVec>(part.Rows, part.From, part.End, _from, _to, rows, packed);
        }

        /// <summary>Packs the later rows.</summary>
        public bool TakeLater<TSimd, TVec>(ShardRows rows)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            if (!part.HasLater) return false;
            (_from, _to, _last) = (part.LaterGroup, part.LaterGroup + 1, true);
            part.Pack<TSimd, TVec>(part.Later, part.LaterGroup, part.LaterEnd, _from, _to, rows, packed);
            return true;
        }

        /// <summary>Multiplies all packed tiles by a panel of a, which begins with <paramref name="group"/>.</summary>
        public readonly void Multiply<TSimd, TVec, TVectors>(float* right, int group, int rows, int column)
            where TSimd : ISimd<TVec>
            where TVec : struct
            where TVectors : ITileSize
        {
            if (_from >= _to || part.Height == 0) return;
            int depth = (_to - _from) * rows, rest = part.Height;
            right += (nint)(_from - group) * rows * 2 * TSimd.Count;
            bool add = _last && below != null;
            float* tile = packed, start = (_begun ? sum : zeros) + (_begun ? column : 0), target = (add ? below : sum) + column;
            nint startStride = _begun ? width : 0, tileLength = JointPart.TileLength(depth, TSimd.TileRows);
            for (int tiles = (rest + TSimd.TileRows - 1) / TSimd.TileRows; tiles > 0; tiles--)
            {
                int taken = (rest + tiles - 1) / tiles;
                MatMulTile.Multiply<TSimd, TVec, TVectors, PackedRows, NoFetch>(taken, tile, 1, right, start, startStride, target, width, add, depth, default);
                tile += tileLength;
                start += taken * startStride;
                target += taken * (nint)width;
                rest -= taken;
            }
        }

        /// <summary>Call it when what was packed has been multiplied by all of a's columns.</summary>
        public void Done()
        {
            if (_from >= _to) return;
            _begun = true;
            IsAdded = _last && below != null;
            _to = _from;
        }

        public readonly void ClearIfEmpty()
        {
            if (!_begun) new Span<float>(sum, part.Height * width).Clear();
        }
    }
}
