using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>
/// Up to two products Σ aᵀ·b with the same a, and the sums of a's columns, over the leaves of a reduction tree and added in its order. Operands are packed,
/// since values that are read together lie far apart: the b's once, a for one slab of C's rows after another. A slab is low enough for the sums of all open
/// nodes to stay in the second-level cache until it is finished.
/// </summary>
/// <param name="left">a.</param>
/// <param name="m">Columns of a.</param>
/// <param name="columnSums">(m), or null.</param>
/// <param name="transposed">Whether the products are stored as (n, m).</param>
/// <param name="adds">Whether the sums are added to their targets instead of overwriting them.</param>
/// <param name="spare">Free memory for packed operands.</param>
/// <param name="spareLength">Its length in floats.</param>
internal readonly unsafe struct TransposedProduct(
    GroupedRows left, int m, JointPart first, JointPart second, float* columnSums, ShardRows* leaves, int* merges, int leafCount, int maxOpen, bool transposed,
    bool adds, float* spare, long spareLength)
    : IKernel
{
    /// <summary>The most floats of an open sum in a slab.</summary>
    private const int SlabLength = 48 * 1024;

    /// <summary>The most floats of B that are packed at once, not counting spare memory. A longer B takes several passes over its columns.</summary>
    private const int PackedLength = 2 * 1024 * 1024;

    /// <summary>The most columns of B that are packed at once where A has few: with each pass over B's columns A is packed again.</summary>
    private const int FewColumns = 256;

    /// <summary>The most tiles of a slab.</summary>
    private const int MaxTiles = 20;

    /// <summary>Slabs per thread of a team, so that others may take some; fewer where a slab would have fewer tiles than this.</summary>
    private const int SharedSlabs = 5, FewTiles = 4;

    private int MaxColumns => Math.Max(FewColumns, 4 * m);

    public void Run<TSimd, TVec>()
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int panel = 2 * TSimd.Count;
        SlabColumns all1 = new(0, first.Columns, panel), all2 = new(0, second.Columns, panel), none = new(0, 0, panel);
        if (OwnLength(all1, all2) <= PackedLength && Math.Max(all1.Count, all2.Count) <= MaxColumns)
        {
            Pass<TSimd, TVec>(all1, all2, columnSums);
            return;
        }

        float* sums = columnSums;
        int columns = Together(first, panel);
        for (int column = 0; column < first.Columns; column += columns, sums = null)
            Pass<TSimd, TVec>(new SlabColumns(column, Math.Min(columns, first.Columns - column), panel), none, sums);
        columns = Together(second, panel);
        for (int column = 0; column < second.Columns; column += columns, sums = null)
            Pass<TSimd, TVec>(none, new SlabColumns(column, Math.Min(columns, second.Columns - column), panel), sums);
    }

    /// <summary>Computes some columns of the products.</summary>
    private void Pass<TSimd, TVec>(in SlabColumns columns1, in SlabColumns columns2, float* sums)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int depth = 0, width = columns1.Width + columns2.Width, rows = m;
        long all = 0;
        for (int leaf = 0; leaf < leafCount; leaf++)
        {
            int ofLeaf = Math.Max(1, left.Groups) * leaves[leaf].Count;
            depth = Math.Max(depth, ofLeaf);
            all += ofLeaf;
        }

        bool isShared = ThreadTeam.IsWorth(all * m * width, ThreadTeam.MinProduct);
        if (isShared) rows = Math.Min(m, BlockSize.Even(m, (m + ThreadTeam.ThreadsHere - 1) / ThreadTeam.ThreadsHere, TSimd.TileRows));
        int tiles = Math.Clamp(SlabLength / width / TSimd.TileRows, 1, MaxTiles);
        if (isShared) tiles = Math.Min(tiles, Math.Max(FewTiles, rows / SharedSlabs / TSimd.TileRows));
        int slabRows = BlockSize.Even(rows, tiles * TSimd.TileRows, TSimd.TileRows);
        int length1 = columns1.Width == 0 ? 0 : DepthOf(first) * columns1.Width, length2 = columns2.Width == 0 ? 0 : DepthOf(second) * columns2.Width;
        var (isSpare1, isSpare2) = InSpare(length1, length2);
        int own1 = isSpare1 ? 0 : length1, own2 = isSpare2 ? 0 : length2;
        var plan = new SlabPlan(rows, slabRows, columns1.Panel, JointPart.TileLength(Math.Min(Slab.MaxDepth, depth), TSimd.TileRows),
            Prefetch.WholeLines(slabRows * (width + 1)), maxOpen, TSimd.TileRows);
        fixed (float* memory = ThreadMemory.Take(plan.Length + own1 + own2))
        {
            float* right1 = memory + plan.Length, right2 = right1 + own1;
            if (isSpare2) right2 = spare;
            if (isSpare1) right1 = isSpare2 ? spare + length2 : spare;
            SlabPiece one = new(first, columns1, right1, 0), two = new(second, columns2, right2, 0);
            var packing = new Packing<TSimd, TVec>(this, one, two);
            var summing = new Summing<TSimd, TVec>(this, plan, columns1, right1, columns2, right2, sums, memory);
            if (isShared)
            {
                ThreadTeam.Run(ref packing);
                ThreadTeam.Run(ref summing);
            }
            else
            {
                packing.Compute(0, 1);
                summing.Compute(0, 1);
            }
        }
    }

    private void Pack<TSimd, TVec>(in SlabPiece piece, int part, int parts)
        where TSimd : ISimd<TVec>
        where TVec : struct => piece.Pack<TSimd, TVec>(leaves, leafCount, left.Groups, part, parts);

    /// <summary>Computes one of a thread's slabs, where rows are left.</summary>
    private void Sum<TSimd, TVec>(
        in SlabPlan plan, int thread, int number, float* memory, in SlabColumns columns1, float* right1, in SlabColumns columns2, float* right2, float* sums)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        var (row, rows) = plan.RowsOf(thread, number, m);
        if (rows <= 0) return;
        Sum<TSimd, TVec>(plan.SlabAt(row, rows, memory), new SlabPiece(first, columns1, right1, 0),
            new SlabPiece(second, columns2, right2, rows * columns1.Width), sums);
    }

    /// <summary>Computes rows of C from all leaves. An open sum holds those of both products and of the columns.</summary>
    private void Sum<TSimd, TVec>(in Slab slab, SlabPiece one, SlabPiece two, float* sums)
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
            for (int k = 0, max = Slab.BlockDepth(depth); k < depth; k += max)
            {
                int blockDepth = Math.Min(max, depth - k);
                slab.Pack<TSimd, TVec>(left, leaves[leaf], k, blockDepth, sums is null ? null : sum + columnsAt);
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
        Add.Give(target, columnSum, adds);
    }

    /// <summary>Adds the group of later rows.</summary>
    private void Later<TSimd, TVec>(int leaf, in Slab slab, ref SlabPiece piece, float* sum, float* below)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (!piece.HasLater) return;
        int count = leaves[leaf].Count;
        for (int k = 0, max = Slab.BlockDepth(count); k < count; k += max)
        {
            int depth = Math.Min(max, count - k);
            slab.Pack<TSimd, TVec>(left, leaves[leaf], (piece.LaterGroup * count) + k, depth, null);
            piece.MultiplyLater<TSimd, TVec>(slab, depth, k + depth == count, sum, below);
        }
    }

    /// <summary>Writes a slab's finished sums to their target.</summary>
    private void Give(in Slab slab, in SlabPiece piece)
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
            Add.Give(row, new ReadOnlySpan<float>(from, columns.Count), adds);
        }
    }

    /// <summary>How many columns of a part are packed at once.</summary>
    private int Together(in JointPart part, int panel) => Math.Max(1, Math.Min(PackedLength / Math.Max(1, DepthOf(part)), MaxColumns) / panel) * panel;

    /// <summary>Which of the two packed parts of B go to the spare memory. Where there are two, the second is the larger.</summary>
    private (bool First, bool Second) InSpare(long length1, long length2)
    {
        bool second = length2 <= spareLength;
        return (length1 <= spareLength - (second ? length2 : 0), second);
    }

    /// <summary>Floats of packed columns that do not fit into the spare memory.</summary>
    private long OwnLength(in SlabColumns columns1, in SlabColumns columns2)
    {
        long length1 = (long)DepthOf(first) * columns1.Width, length2 = (long)DepthOf(second) * columns2.Width;
        var (isSpare1, isSpare2) = InSpare(length1, length2);
        return (isSpare1 ? 0 : length1) + (isSpare2 ? 0 : length2);
    }

    /// <summary>Values of k of a part, over all leaves.</summary>
    private int DepthOf(in JointPart part)
    {
        int groups = part.To - part.From + (part.HasLater ? 1 : 0), depth = 0;
        for (int leaf = 0; leaf < leafCount; leaf++) depth += groups * leaves[leaf].Count;
        return depth;
    }

    /// <summary>Packs B's columns with a team.</summary>
    private readonly struct Packing<TSimd, TVec>(TransposedProduct product, SlabPiece one, SlabPiece two) : ITeamWork
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        public void Compute(int part, int parts)
        {
            product.Pack<TSimd, TVec>(one, part, parts);
            product.Pack<TSimd, TVec>(two, part, parts);
        }
    }

    /// <summary>Computes the slabs with a team.</summary>
    /// <param name="memory">Memory of the calling thread, as long as its plan needs.</param>
    private struct Summing<TSimd, TVec>(
        TransposedProduct product, SlabPlan plan, SlabColumns columns1, float* right1, SlabColumns columns2, float* right2, float* sums,
        float* memory) : ITeamWork
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        private TeamChunks _slabs;

        public void Compute(int part, int parts)
        {
            // If the calling thread does this part for a helper, no slab is left by then, and its memory is in use.
            if (!_slabs.TryTake(part, parts, plan.Slabs, out int owner, out int next)) return;
            fixed (float* own = part == 0 ? default : ThreadMemory.Take(plan.Length))
            {
                float* mine = part == 0 ? memory : own;
                new Span<float>(mine, columns1.Panel).Clear();
                do
                {
                    product.Sum<TSimd, TVec>(plan, owner, next, mine, columns1, right1, columns2, right2, sums);
                }
                while (_slabs.TryTake(part, parts, plan.Slabs, out owner, out next));
            }
        }
    }
}
