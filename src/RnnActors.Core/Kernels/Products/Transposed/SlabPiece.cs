using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>One of the products within a slab: what is packed of it, and how far a leaf's sums have come.</summary>
/// <param name="right">Its packed columns.</param>
/// <param name="at">The offset of its sums within the slab's.</param>
internal unsafe struct SlabPiece(JointPart product, SlabColumns columns, float* right, int at)
{
    private float* _next = right;
    private bool _begun;

    /// <summary>Whether the leaf's sums were added to those of the node below right away.</summary>
    public bool IsAdded { get; private set; }

    public readonly SlabColumns Columns => columns;

    public readonly int At => at;

    public readonly int RowLength => product.Columns;

    public readonly float* Target => product.Target;

    public readonly bool HasLater => product.HasLater && columns.Count > 0;

    public readonly int LaterGroup => product.LaterGroup;

    /// <summary>Packs its columns by leaf, block of k and panel; panels are padded with zeros.</summary>
    /// <param name="groups">Number of a's groups.</param>
    /// <param name="part">The thread's number; <paramref name="parts"/> threads take the blocks in turns.</param>
    public readonly void Pack<TSimd, TVec>(ShardRows* leaves, int leafCount, int groups, int part, int parts)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (columns.Count == 0) return;
        float* to = _next;
        int block = 0;
        for (int leaf = 0; leaf < leafCount; leaf++)
        {
            int count = leaves[leaf].Count, depth = groups * count;
            for (int k = 0, max = Slab.BlockDepth(depth); k < depth; k += max)
            {
                int from = Math.Max(k, product.From * count), length = Math.Min(Math.Min(k + max, depth), product.To * count) - from;
                if (length <= 0) continue;
                if (block++ % parts == part) PackBlock<TSimd, TVec>(new LeafRows(product.Rows, leaves[leaf], from - (product.From * count)), length, to);
                to += (nint)length * columns.Width;
            }

            if (!product.HasLater) continue;
            for (int k = 0, max = Slab.BlockDepth(count); k < count; k += max)
            {
                int length = Math.Min(max, count - k);
                if (block++ % parts == part) PackBlock<TSimd, TVec>(new LeafRows(product.Later, leaves[leaf], k), length, to);
                to += (nint)length * columns.Width;
            }
        }
    }

    /// <summary>Starts the next leaf.</summary>
    public void Begin() => _begun = IsAdded = false;

    /// <summary>Multiplies the part's share of a block of k, where <paramref name="count"/> values make up a group.</summary>
    public void Multiply<TSimd, TVec>(in Slab slab, int k, int depth, int count, float* sum, float* below)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int from = Math.Max(k, product.From * count), to = Math.Min(k + depth, product.To * count);
        if (from < to && columns.Count > 0) Block<TSimd, TVec>(slab, from - k, to - from, to == product.To * count && !product.HasLater, sum, below);
    }

    /// <summary>Multiplies some of the later rows.</summary>
    public void MultiplyLater<TSimd, TVec>(in Slab slab, int depth, bool last, float* sum, float* below)
        where TSimd : ISimd<TVec>
        where TVec : struct => Block<TSimd, TVec>(slab, 0, depth, last, sum, below);

    public readonly void ClearIfEmpty(int rows, float* sum)
    {
        if (!_begun) new Span<float>(sum + at, rows * columns.Width).Clear();
    }

    public readonly void Accumulate(int rows, float* lower, float* upper) =>
        Add.Into(new Span<float>(lower + at, rows * columns.Width), new ReadOnlySpan<float>(upper + at, rows * columns.Width));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void PackBlock<TSimd, TVec>(LeafRows rows, int depth, float* block)
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

    /// <summary>A slab's sums over some values of k, of which the first <paramref name="skipped"/> that are packed are skipped. The last block of a leaf adds
    /// its sums to the node below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<TSimd, TVec>(in Slab slab, int skipped, int depth, bool last, float* sum, float* below)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        bool add = last && below is not null;
        float* right = _next, target = (add ? below : sum) + at, start = _begun ? sum + at : null;
        int rows = slab.Rows, width = columns.Width;
        nint panelLength = (nint)depth * columns.Panel, step = PanelFetch.Step(columns.Panel, (rows + TSimd.TileRows - 1) / TSimd.TileRows),
            fetched = PanelFetch.Length(step, depth);
        for (int column = 0; column < columns.Count; column += columns.Panel, right += panelLength)
        {
            float* left = slab.Left, next = right + panelLength;
            for (int row = 0; row < rows; row += TSimd.TileRows, left += slab.TileLength, next += fetched)
            {
                int taken = Math.Min(TSimd.TileRows, rows - row);
                nint place = ((nint)row * width) + column;
                float* from = start is null ? slab.Zeros : start + place;
                nint fromStride = start is null ? 0 : width;
                var fetch = new PanelFetch(next, step);
                if (columns.Count - column > TSimd.Count)
                    MatMulTile.Multiply<TSimd, TVec, Two, PackedRows, PanelFetch>(taken, left + (skipped * taken), 1, right, from, fromStride, target + place,
                        width, add, depth, fetch);
                else
                    MatMulTile.Multiply<TSimd, TVec, One, PackedRows, PanelFetch>(taken, left + (skipped * taken), 1, right, from, fromStride, target + place,
                        width, add, depth, fetch);
            }
        }

        _next = right;
        _begun = true;
        IsAdded = add;
    }
}
