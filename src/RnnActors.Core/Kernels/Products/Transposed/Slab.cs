using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>
/// A slab: rows of C, of the products Σ aᵀ·b, that are computed together. Its memory holds a's columns for one block of k, packed tile by tile, and the sums of
/// all open nodes of the reduction tree.
/// </summary>
/// <param name="left">The packed tiles of a, <paramref name="tileLength"/> apart.</param>
/// <param name="open">The open sums, <paramref name="length"/> apart.</param>
internal readonly unsafe struct Slab(int row, int rows, float* left, nint tileLength, float* open, nint length, float* zeros)
{
    /// <summary>
    /// The most values of k in a block: a tile's part of A stays in the first-level cache, a panel's part of B and the slab's of A in the second.
    /// </summary>
    public const int MaxDepth = 512;

    /// <summary>How many rows of A to prefetch ahead of the one being packed.</summary>
    private const int FetchedAhead = 8;

    public int Row => row;

    public int Rows => rows;

    public float* Left => left;

    public nint TileLength => tileLength;

    public float* Open => open;

    public nint Length => length;

    public float* Zeros => zeros;

    /// <summary>Values of k per block, in blocks as equal as possible.</summary>
    public static int BlockDepth(int depth) => BlockSize.Even(depth, MaxDepth, 1);

    /// <summary>Packs the slab's columns of A over a block of k, tile by tile. Within a tile, the values that it needs for one k lie together.</summary>
    /// <param name="sums">Running sums to which the columns are added, one value of k after another; null for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack<TSimd, TVec>(GroupedRows source, ShardRows leaf, int k, int depth, float* sums)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        var next = new LeafRows(source, leaf, k);
        var soon = new LeafRows(source, leaf, k + Math.Min(FetchedAhead, depth - 1));
        int tileRows = TSimd.TileRows, full = rows / tileRows * tileRows;
        for (int i = 0; i < depth; i++)
        {
            float* start = next.Next() + row, from = start, end = from + full, to = left + (i * tileRows);
            nint ahead = i + FetchedAhead < depth ? (nint)(soon.Next() + row - from) : 0;
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

    [StructLayout(LayoutKind.Sequential, Size = 12 * sizeof(float))]
    private readonly struct TwelveFloats;
}
