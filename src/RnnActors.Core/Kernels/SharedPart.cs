using System.Runtime.CompilerServices;

namespace RnnActors.Core.Kernels;

/// <summary>A <see cref="SharedOperand"/> in the memory where it lies, and how its rows are put together for tiles.</summary>
/// <param name="rows">Its rows, from the group <paramref name="from"/> on.</param>
/// <param name="end">The end of their memory.</param>
/// <param name="columns">n.</param>
/// <param name="ones">Whether a column of ones stands beside the others.</param>
/// <param name="later">The rows that come last, one group.</param>
internal readonly unsafe struct SharedPart(
    GroupedRows rows, float* end, int columns, bool ones, int from, int to, GroupedRows later, float* laterEnd, int laterGroup, float* target)
{
    public GroupedRows Rows => rows;

    public float* End => end;

    public int Columns => columns;

    /// <summary>Rows of the tiles: the columns, and the ones.</summary>
    public int Height => columns + (ones ? 1 : 0);

    public int From => from;

    public int To => to;

    public bool HasLater => later.Groups > 0 && columns > 0;

    public GroupedRows Later => later;

    public float* LaterEnd => laterEnd;

    public int LaterGroup => laterGroup;

    public float* Target => target;

    /// <summary>Floats from tile to tile; a vector that is stored at a tile's end reaches beyond it.</summary>
    public static int TileLength(int depth, int tileRows) => (depth * tileRows) + Prefetch.LineLength;

    /// <summary>Floats that so many values of k take.</summary>
    public int PackedLength(int depth, int tileRows) => (Height + tileRows - 1) / tileRows * TileLength(depth, tileRows);

    /// <summary>Packs groups of rows tile after tile, in tiles as equal as whole columns allow: in each, what it needs for a value of k lies together.</summary>
    /// <param name="source">The rows, whose first group is <paramref name="first"/>.</param>
    /// <param name="sourceEnd">The end of their memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack<TSimd, TVec>(GroupedRows source, int first, float* sourceEnd, int group, int groupEnd, ShardRows shard, float* packed)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int depth = (groupEnd - group) * shard.Count, k = 0;
        nint tileLength = TileLength(depth, TSimd.TileRows);
        float* safe = sourceEnd - columns - Prefetch.LineLength;
        for (; group < groupEnd; group++)
        {
            float* row = source.RowAt(group - first, shard.First);
            for (int i = 0; i < shard.Count; i++, k++, row += source.Stride)
            {
                int rest = Height;
                float* at = row, tile = packed;
                for (int tiles = (rest + TSimd.TileRows - 1) / TSimd.TileRows; tiles > 0; tiles--, tile += tileLength)
                {
                    int taken = (rest + tiles - 1) / tiles;
                    float* into = tile + (k * taken);
                    rest -= taken;
                    if (row <= safe)
                    {
                        for (int j = 0; j < taken; j += TSimd.Count) TSimd.Store(TSimd.Load(at + j), into + j);
                    }
                    else
                    {
                        int whole = rest == 0 && ones ? taken - 1 : taken;
                        for (int j = 0; j < whole; j++) into[j] = at[j];
                    }

                    if (rest == 0 && ones) into[taken - 1] = 1;
                    at += taken;
                }
            }
        }
    }
}
