using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>
/// One row of A by four panels of B at once. A tile of one row and one panel would be bound by latency: each fused multiply-add waits for the previous one on
/// the same sum.
/// </summary>
internal static unsafe class MatMulRow
{
    public const int Panels = 4;

    /// <param name="b">The first panel; the others follow <paramref name="panelLength"/> apart.</param>
    /// <param name="panels">How many panels there are. For missing ones the last is multiplied again, into sums that are ignored.</param>
    /// <param name="start">Initial values of the sums: (four panels); may be <paramref name="c"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply<TSimd, TVec>(float* a, float* b, nint panelLength, int panels, float* start, float* c, int depth)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        TVec c0 = TSimd.Load(start), c1 = TSimd.Load(start + TSimd.Count);
        TVec c2 = TSimd.Load(start + (2 * TSimd.Count)), c3 = TSimd.Load(start + (3 * TSimd.Count));
        TVec c4 = TSimd.Load(start + (4 * TSimd.Count)), c5 = TSimd.Load(start + (5 * TSimd.Count));
        TVec c6 = TSimd.Load(start + (6 * TSimd.Count)), c7 = TSimd.Load(start + (7 * TSimd.Count));
        float* b1 = panels > 1 ? b + panelLength : b, b2 = panels > 2 ? b1 + panelLength : b1, b3 = panels > 3 ? b2 + panelLength : b2;
        for (int k = 0; k < depth; k++)
        {
            TVec x = TSimd.Set(a[k]);
            c0 = TSimd.Fma(x, TSimd.Load(b), c0);
            c1 = TSimd.Fma(x, TSimd.Load(b + TSimd.Count), c1);
            c2 = TSimd.Fma(x, TSimd.Load(b1), c2);
            c3 = TSimd.Fma(x, TSimd.Load(b1 + TSimd.Count), c3);
            c4 = TSimd.Fma(x, TSimd.Load(b2), c4);
            c5 = TSimd.Fma(x, TSimd.Load(b2 + TSimd.Count), c5);
            c6 = TSimd.Fma(x, TSimd.Load(b3), c6);
            c7 = TSimd.Fma(x, TSimd.Load(b3 + TSimd.Count), c7);
            b += 2 * TSimd.Count;
            b1 += 2 * TSimd.Count;
            b2 += 2 * TSimd.Count;
            b3 += 2 * TSimd.Count;
        }

        TSimd.Store(c0, c);
        TSimd.Store(c1, c + TSimd.Count);
        TSimd.Store(c2, c + (2 * TSimd.Count));
        TSimd.Store(c3, c + (3 * TSimd.Count));
        TSimd.Store(c4, c + (4 * TSimd.Count));
        TSimd.Store(c5, c + (5 * TSimd.Count));
        TSimd.Store(c6, c + (6 * TSimd.Count));
        TSimd.Store(c7, c + (7 * TSimd.Count));
    }
}
