using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>
/// Rows of C, of the products Σ aᵀ·b, that are computed together, and the memory for them: a's columns, tile after tile, of a block of k at a time, and the
/// sums of all open nodes of the reduction tree.
/// </summary>
/// <param name="left">A's tiles, <paramref name="tileLength"/> apart.</param>
/// <param name="open">The open sums, <paramref name="length"/> apart.</param>
internal readonly unsafe struct Slab(int row, int rows, float* left, nint tileLength, float* open, nint length, float* zeros)
{
    /// <summary>Values of k in a block: a tile's part of A stays in the first-level cache, and a panel's part of B and a slab's of A in the second.</summary>
    public const int MaxDepth = 512;

    /// <summary>Rows between the one of A that is packed and the one that is fetched.</summary>
    private const int FetchedAhead = 8;

    public int Row => row;

    public int Rows => rows;

    public float* Left => left;

    public nint TileLength => tileLength;

    public float* Open => open;

    public nint Length => length;

    public float* Zeros => zeros;

    /// <summary>How many of so many values of k are a block: as equal as can be.</summary>
    public static int BlockDepth(int depth) => BlockSize.Even(depth, MaxDepth, 1);

    /// <summary>A's columns of a slab over a block of k, tile after tile: what a tile needs for a value of k lies together.</summary>
    /// <param name="sums">What the columns are added to, one value of k after the other, or null.</param>
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
