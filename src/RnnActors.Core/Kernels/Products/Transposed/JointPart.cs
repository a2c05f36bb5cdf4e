using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>A <see cref="JointOperand"/> by pointers, and how its rows are packed for tiles.</summary>
/// <param name="rows">Its rows, from the group <paramref name="from"/> on.</param>
/// <param name="end">The end of the rows' memory.</param>
/// <param name="columns">n.</param>
/// <param name="ones">Whether a column of ones is added after the others.</param>
/// <param name="later">The rows that are summed last, one group.</param>
internal readonly unsafe struct JointPart(
    GroupedRows rows, float* end, int columns, bool ones, int from, int to, GroupedRows later, float* laterEnd, int laterGroup, float* target)
{
    public GroupedRows Rows => rows;

    public float* End => end;

    public int Columns => columns;

    /// <summary>Rows of the tiles: the columns, and the column of ones.</summary>
    public int Height => columns + (ones ? 1 : 0);

    public int From => from;

    public int To => to;

    public bool HasLater => later.Groups > 0 && columns > 0;

    public GroupedRows Later => later;

    public float* LaterEnd => laterEnd;

    public int LaterGroup => laterGroup;

    public float* Target => target;

    /// <summary>Floats from tile to tile: whole cache lines, so that what follows is aligned, and one more, since the last vector that is stored reaches past
    /// the tile.</summary>
    public static int TileLength(int depth, int tileRows) => Prefetch.WholeLines(depth * tileRows) + Prefetch.LineLength;

    /// <summary>Floats of packed memory for so many values of k.</summary>
    public int PackedLength(int depth, int tileRows) => (Height + tileRows - 1) / tileRows * TileLength(depth, tileRows);

    /// <summary>Packs groups of rows tile by tile, in tiles as equal as whole columns allow. Within a tile, the values that it needs for one k lie
    /// together.</summary>
    /// <param name="source">The rows, whose first group is <paramref name="first"/>.</param>
    /// <param name="sourceEnd">The end of their memory.</param>
    public void Pack<TSimd, TVec>(GroupedRows source, int first, float* sourceEnd, int group, int groupEnd, ShardRows shard, float* packed)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        nint tileLength = TileLength((groupEnd - group) * shard.Count, TSimd.TileRows);
        int rest = Height;
        for (int tiles = (rest + TSimd.TileRows - 1) / TSimd.TileRows; tiles > 0; tiles--, packed += tileLength)
        {
            int column = Height - rest, taken = (rest + tiles - 1) / tiles;
            rest -= taken;
            int copied = rest == 0 && ones ? taken - 1 : taken;
            PackTile<TSimd, TVec>(source, group - first, groupEnd - first, shard, column, copied, taken, sourceEnd - copied - TSimd.Count, packed);
        }
    }

    /// <summary>Packs a tile's columns of a leaf's rows. Whole vectors are copied up to <paramref name="safe"/>; what they write too much, the next row
    /// overwrites.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackTile<TSimd, TVec>(GroupedRows source, int group, int groupEnd, ShardRows leaf, int column, int copied, int taken, float* safe,
        float* to)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (source.IsIndexed)
        {
            for (int row = 0; row < leaf.Count; row++, to += taken)
                PackRow<TSimd, TVec>(source.RowAt(group, leaf.First + row) + column, copied, taken, safe, to);
            return;
        }

        float* first = source.RowAt(group, leaf.First) + column;
        nint stride = source.Stride, groupStride = source.GroupStride;
        for (; group < groupEnd; group++, first += groupStride)
        {
            float* from = first;
            for (int row = 0; row < leaf.Count; row++, from += stride, to += taken) PackRow<TSimd, TVec>(from, copied, taken, safe, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackRow<TSimd, TVec>(float* from, int copied, int taken, float* safe, float* to)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (from <= safe && copied > 1)
        {
            TSimd.Store(TSimd.Load(from), to);
            for (int j = TSimd.Count; j < copied; j += TSimd.Count) TSimd.Store(TSimd.Load(from + j), to + j);
        }
        else
        {
            for (int j = 0; j < copied; j++) to[j] = from[j];
        }

        if (copied < taken) to[copied] = 1;
    }
}
