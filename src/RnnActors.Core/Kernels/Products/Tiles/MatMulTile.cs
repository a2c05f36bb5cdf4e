using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>
/// The inner tile (microkernel) of every matrix product: up to twelve rows of A by a panel of B, held in registers while k runs in order. The tile's size and
/// the vector width are type arguments, so each combination is compiled by itself, without what it does not use. None of them changes the order in which an
/// element is accumulated, hence none changes a bit.
/// </summary>
internal static unsafe class MatMulTile
{
    /// <summary>C = start + A·B over <paramref name="depth"/> values of k, or C += that.</summary>
    /// <param name="a">The tile's rows, <paramref name="aRow"/> apart.</param>
    /// <param name="b">(depth, panel), packed.</param>
    /// <param name="start">Initial values of the sums, rows <paramref name="startStride"/> apart: C itself, or one row for all with a stride of 0.</param>
    /// <param name="add">Whether the finished sums are added to C, as at a node of the reduction tree.</param>
    /// <param name="fetch">Prefetches memory that is needed soon, at every second value of k.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply<TSimd, TVec, TRows, TVectors, TOrder, TFetch>(
        float* a, nint aRow, float* b, float* start, nint startStride, float* c, nint cStride, bool add, int depth, TFetch fetch)
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TRows : ITileSize
        where TVectors : ITileSize
        where TOrder : ITileOrder
        where TFetch : struct, ITileFetch
    {
        TVec c00 = TSimd.Set(0), c01 = TSimd.Set(0);
        TVec c10 = TSimd.Set(0), c11 = TSimd.Set(0);
        TVec c20 = TSimd.Set(0), c21 = TSimd.Set(0);
        TVec c30 = TSimd.Set(0), c31 = TSimd.Set(0);
        TVec c40 = TSimd.Set(0), c41 = TSimd.Set(0);
        TVec c50 = TSimd.Set(0), c51 = TSimd.Set(0);
        TVec c60 = TSimd.Set(0), c61 = TSimd.Set(0);
        TVec c70 = TSimd.Set(0), c71 = TSimd.Set(0);
        TVec c80 = TSimd.Set(0), c81 = TSimd.Set(0);
        TVec c90 = TSimd.Set(0), c91 = TSimd.Set(0);
        TVec cA0 = TSimd.Set(0), cA1 = TSimd.Set(0);
        TVec cB0 = TSimd.Set(0), cB1 = TSimd.Set(0);
        TVec b0, b1 = TSimd.Set(0), x;
        if (TRows.Size > 0) { c00 = TSimd.Load(start); if (TVectors.Size > 1) c01 = TSimd.Load(start + TSimd.Count); }
        if (TRows.Size > 1) { c10 = TSimd.Load(start + (1 * startStride)); if (TVectors.Size > 1) c11 = TSimd.Load(start + (1 * startStride) + TSimd.Count); }
        if (TRows.Size > 2) { c20 = TSimd.Load(start + (2 * startStride)); if (TVectors.Size > 1) c21 = TSimd.Load(start + (2 * startStride) + TSimd.Count); }
        if (TRows.Size > 3) { c30 = TSimd.Load(start + (3 * startStride)); if (TVectors.Size > 1) c31 = TSimd.Load(start + (3 * startStride) + TSimd.Count); }
        if (TRows.Size > 4) { c40 = TSimd.Load(start + (4 * startStride)); if (TVectors.Size > 1) c41 = TSimd.Load(start + (4 * startStride) + TSimd.Count); }
        if (TRows.Size > 5) { c50 = TSimd.Load(start + (5 * startStride)); if (TVectors.Size > 1) c51 = TSimd.Load(start + (5 * startStride) + TSimd.Count); }
        if (TRows.Size > 6) { c60 = TSimd.Load(start + (6 * startStride)); if (TVectors.Size > 1) c61 = TSimd.Load(start + (6 * startStride) + TSimd.Count); }
        if (TRows.Size > 7) { c70 = TSimd.Load(start + (7 * startStride)); if (TVectors.Size > 1) c71 = TSimd.Load(start + (7 * startStride) + TSimd.Count); }
        if (TRows.Size > 8) { c80 = TSimd.Load(start + (8 * startStride)); if (TVectors.Size > 1) c81 = TSimd.Load(start + (8 * startStride) + TSimd.Count); }
        if (TRows.Size > 9) { c90 = TSimd.Load(start + (9 * startStride)); if (TVectors.Size > 1) c91 = TSimd.Load(start + (9 * startStride) + TSimd.Count); }
        if (TRows.Size > 10)
        {
            cA0 = TSimd.Load(start + (10 * startStride));
            if (TVectors.Size > 1) cA1 = TSimd.Load(start + (10 * startStride) + TSimd.Count);
        }
        if (TRows.Size > 11)
        {
            cB0 = TSimd.Load(start + (11 * startStride));
            if (TVectors.Size > 1) cB1 = TSimd.Load(start + (11 * startStride) + TSimd.Count);
        }

        nint one = TOrder.IsPacked ? 1 : aRow, two = 2 * one, next = TOrder.IsPacked ? TRows.Size : 1;
        float* a0 = a, a3 = a + (3 * one), a6 = a + (6 * one), a9 = a + (9 * one);
        // Unrolled to two values of k: on a processor that issues four instructions a cycle, the pointer increments would otherwise crowd out multiply-adds.
        for (; depth > 1; depth -= 2)
        {
            b0 = TSimd.Load(b);
            if (TVectors.Size > 1) b1 = TSimd.Load(b + TSimd.Count);
            if (TRows.Size > 0) { x = TSimd.Set(*a0); c00 = TSimd.Fma(x, b0, c00); if (TVectors.Size > 1) c01 = TSimd.Fma(x, b1, c01); }
            if (TRows.Size > 1) { x = TSimd.Set(a0[one]); c10 = TSimd.Fma(x, b0, c10); if (TVectors.Size > 1) c11 = TSimd.Fma(x, b1, c11); }
            if (TRows.Size > 2) { x = TSimd.Set(a0[two]); c20 = TSimd.Fma(x, b0, c20); if (TVectors.Size > 1) c21 = TSimd.Fma(x, b1, c21); }
            if (TRows.Size > 3) { x = TSimd.Set(*a3); c30 = TSimd.Fma(x, b0, c30); if (TVectors.Size > 1) c31 = TSimd.Fma(x, b1, c31); }
            if (TRows.Size > 4) { x = TSimd.Set(a3[one]); c40 = TSimd.Fma(x, b0, c40); if (TVectors.Size > 1) c41 = TSimd.Fma(x, b1, c41); }
            if (TRows.Size > 5) { x = TSimd.Set(a3[two]); c50 = TSimd.Fma(x, b0, c50); if (TVectors.Size > 1) c51 = TSimd.Fma(x, b1, c51); }
            if (TRows.Size > 6) { x = TSimd.Set(*a6); c60 = TSimd.Fma(x, b0, c60); if (TVectors.Size > 1) c61 = TSimd.Fma(x, b1, c61); }
            if (TRows.Size > 7) { x = TSimd.Set(a6[one]); c70 = TSimd.Fma(x, b0, c70); if (TVectors.Size > 1) c71 = TSimd.Fma(x, b1, c71); }
            if (TRows.Size > 8) { x = TSimd.Set(a6[two]); c80 = TSimd.Fma(x, b0, c80); if (TVectors.Size > 1) c81 = TSimd.Fma(x, b1, c81); }
            if (TRows.Size > 9) { x = TSimd.Set(*a9); c90 = TSimd.Fma(x, b0, c90); if (TVectors.Size > 1) c91 = TSimd.Fma(x, b1, c91); }
            if (TRows.Size > 10) { x = TSimd.Set(a9[one]); cA0 = TSimd.Fma(x, b0, cA0); if (TVectors.Size > 1) cA1 = TSimd.Fma(x, b1, cA1); }
            if (TRows.Size > 11) { x = TSimd.Set(a9[two]); cB0 = TSimd.Fma(x, b0, cB0); if (TVectors.Size > 1) cB1 = TSimd.Fma(x, b1, cB1); }
            fetch.Next();

            b0 = TSimd.Load(b + (2 * TSimd.Count));
            if (TVectors.Size > 1) b1 = TSimd.Load(b + (3 * TSimd.Count));
            if (TRows.Size > 0) { x = TSimd.Set(a0[next]); c00 = TSimd.Fma(x, b0, c00); if (TVectors.Size > 1) c01 = TSimd.Fma(x, b1, c01); }
            if (TRows.Size > 1) { x = TSimd.Set(a0[one + next]); c10 = TSimd.Fma(x, b0, c10); if (TVectors.Size > 1) c11 = TSimd.Fma(x, b1, c11); }
            if (TRows.Size > 2) { x = TSimd.Set(a0[two + next]); c20 = TSimd.Fma(x, b0, c20); if (TVectors.Size > 1) c21 = TSimd.Fma(x, b1, c21); }
            if (TRows.Size > 3) { x = TSimd.Set(a3[next]); c30 = TSimd.Fma(x, b0, c30); if (TVectors.Size > 1) c31 = TSimd.Fma(x, b1, c31); }
            if (TRows.Size > 4) { x = TSimd.Set(a3[one + next]); c40 = TSimd.Fma(x, b0, c40); if (TVectors.Size > 1) c41 = TSimd.Fma(x, b1, c41); }
            if (TRows.Size > 5) { x = TSimd.Set(a3[two + next]); c50 = TSimd.Fma(x, b0, c50); if (TVectors.Size > 1) c51 = TSimd.Fma(x, b1, c51); }
            if (TRows.Size > 6) { x = TSimd.Set(a6[next]); c60 = TSimd.Fma(x, b0, c60); if (TVectors.Size > 1) c61 = TSimd.Fma(x, b1, c61); }
            if (TRows.Size > 7) { x = TSimd.Set(a6[one + next]); c70 = TSimd.Fma(x, b0, c70); if (TVectors.Size > 1) c71 = TSimd.Fma(x, b1, c71); }
            if (TRows.Size > 8) { x = TSimd.Set(a6[two + next]); c80 = TSimd.Fma(x, b0, c80); if (TVectors.Size > 1) c81 = TSimd.Fma(x, b1, c81); }
            if (TRows.Size > 9) { x = TSimd.Set(a9[next]); c90 = TSimd.Fma(x, b0, c90); if (TVectors.Size > 1) c91 = TSimd.Fma(x, b1, c91); }
            if (TRows.Size > 10) { x = TSimd.Set(a9[one + next]); cA0 = TSimd.Fma(x, b0, cA0); if (TVectors.Size > 1) cA1 = TSimd.Fma(x, b1, cA1); }
            if (TRows.Size > 11) { x = TSimd.Set(a9[two + next]); cB0 = TSimd.Fma(x, b0, cB0); if (TVectors.Size > 1) cB1 = TSimd.Fma(x, b1, cB1); }
            b += 4 * TSimd.Count;
            a0 += 2 * next;
            if (TRows.Size > 3) a3 += 2 * next;
            if (TRows.Size > 6) a6 += 2 * next;
            if (TRows.Size > 9) a9 += 2 * next;
        }

        if (depth > 0)
        {
            b0 = TSimd.Load(b);
            if (TVectors.Size > 1) b1 = TSimd.Load(b + TSimd.Count);
            if (TRows.Size > 0) { x = TSimd.Set(*a0); c00 = TSimd.Fma(x, b0, c00); if (TVectors.Size > 1) c01 = TSimd.Fma(x, b1, c01); }
            if (TRows.Size > 1) { x = TSimd.Set(a0[one]); c10 = TSimd.Fma(x, b0, c10); if (TVectors.Size > 1) c11 = TSimd.Fma(x, b1, c11); }
            if (TRows.Size > 2) { x = TSimd.Set(a0[two]); c20 = TSimd.Fma(x, b0, c20); if (TVectors.Size > 1) c21 = TSimd.Fma(x, b1, c21); }
            if (TRows.Size > 3) { x = TSimd.Set(*a3); c30 = TSimd.Fma(x, b0, c30); if (TVectors.Size > 1) c31 = TSimd.Fma(x, b1, c31); }
            if (TRows.Size > 4) { x = TSimd.Set(a3[one]); c40 = TSimd.Fma(x, b0, c40); if (TVectors.Size > 1) c41 = TSimd.Fma(x, b1, c41); }
            if (TRows.Size > 5) { x = TSimd.Set(a3[two]); c50 = TSimd.Fma(x, b0, c50); if (TVectors.Size > 1) c51 = TSimd.Fma(x, b1, c51); }
            if (TRows.Size > 6) { x = TSimd.Set(*a6); c60 = TSimd.Fma(x, b0, c60); if (TVectors.Size > 1) c61 = TSimd.Fma(x, b1, c61); }
            if (TRows.Size > 7) { x = TSimd.Set(a6[one]); c70 = TSimd.Fma(x, b0, c70); if (TVectors.Size > 1) c71 = TSimd.Fma(x, b1, c71); }
            if (TRows.Size > 8) { x = TSimd.Set(a6[two]); c80 = TSimd.Fma(x, b0, c80); if (TVectors.Size > 1) c81 = TSimd.Fma(x, b1, c81); }
            if (TRows.Size > 9) { x = TSimd.Set(*a9); c90 = TSimd.Fma(x, b0, c90); if (TVectors.Size > 1) c91 = TSimd.Fma(x, b1, c91); }
            if (TRows.Size > 10) { x = TSimd.Set(a9[one]); cA0 = TSimd.Fma(x, b0, cA0); if (TVectors.Size > 1) cA1 = TSimd.Fma(x, b1, cA1); }
            if (TRows.Size > 11) { x = TSimd.Set(a9[two]); cB0 = TSimd.Fma(x, b0, cB0); if (TVectors.Size > 1) cB1 = TSimd.Fma(x, b1, cB1); }
        }

        if (add)
        {
            if (TRows.Size > 0) { c00 = TSimd.Add(TSimd.Load(c), c00); if (TVectors.Size > 1) c01 = TSimd.Add(TSimd.Load(c + TSimd.Count), c01); }
            if (TRows.Size > 1)
            {
                c10 = TSimd.Add(TSimd.Load(c + (1 * cStride)), c10);
                if (TVectors.Size > 1) c11 = TSimd.Add(TSimd.Load(c + (1 * cStride) + TSimd.Count), c11);
            }
            if (TRows.Size > 2)
            {
                c20 = TSimd.Add(TSimd.Load(c + (2 * cStride)), c20);
                if (TVectors.Size > 1) c21 = TSimd.Add(TSimd.Load(c + (2 * cStride) + TSimd.Count), c21);
            }
            if (TRows.Size > 3)
            {
                c30 = TSimd.Add(TSimd.Load(c + (3 * cStride)), c30);
                if (TVectors.Size > 1) c31 = TSimd.Add(TSimd.Load(c + (3 * cStride) + TSimd.Count), c31);
            }
            if (TRows.Size > 4)
            {
                c40 = TSimd.Add(TSimd.Load(c + (4 * cStride)), c40);
                if (TVectors.Size > 1) c41 = TSimd.Add(TSimd.Load(c + (4 * cStride) + TSimd.Count), c41);
            }
            if (TRows.Size > 5)
            {
                c50 = TSimd.Add(TSimd.Load(c + (5 * cStride)), c50);
                if (TVectors.Size > 1) c51 = TSimd.Add(TSimd.Load(c + (5 * cStride) + TSimd.Count), c51);
            }
            if (TRows.Size > 6)
            {
                c60 = TSimd.Add(TSimd.Load(c + (6 * cStride)), c60);
                if (TVectors.Size > 1) c61 = TSimd.Add(TSimd.Load(c + (6 * cStride) + TSimd.Count), c61);
            }
            if (TRows.Size > 7)
            {
                c70 = TSimd.Add(TSimd.Load(c + (7 * cStride)), c70);
                if (TVectors.Size > 1) c71 = TSimd.Add(TSimd.Load(c + (7 * cStride) + TSimd.Count), c71);
            }
            if (TRows.Size > 8)
            {
                c80 = TSimd.Add(TSimd.Load(c + (8 * cStride)), c80);
                if (TVectors.Size > 1) c81 = TSimd.Add(TSimd.Load(c + (8 * cStride) + TSimd.Count), c81);
            }
            if (TRows.Size > 9)
            {
                c90 = TSimd.Add(TSimd.Load(c + (9 * cStride)), c90);
                if (TVectors.Size > 1) c91 = TSimd.Add(TSimd.Load(c + (9 * cStride) + TSimd.Count), c91);
            }
            if (TRows.Size > 10)
            {
                cA0 = TSimd.Add(TSimd.Load(c + (10 * cStride)), cA0);
                if (TVectors.Size > 1) cA1 = TSimd.Add(TSimd.Load(c + (10 * cStride) + TSimd.Count), cA1);
            }
            if (TRows.Size > 11)
            {
                cB0 = TSimd.Add(TSimd.Load(c + (11 * cStride)), cB0);
                if (TVectors.Size > 1) cB1 = TSimd.Add(TSimd.Load(c + (11 * cStride) + TSimd.Count), cB1);
            }
        }

        if (TRows.Size > 0) { TSimd.Store(c00, c); if (TVectors.Size > 1) TSimd.Store(c01, c + TSimd.Count); }
        if (TRows.Size > 1) { TSimd.Store(c10, c + (1 * cStride)); if (TVectors.Size > 1) TSimd.Store(c11, c + (1 * cStride) + TSimd.Count); }
        if (TRows.Size > 2) { TSimd.Store(c20, c + (2 * cStride)); if (TVectors.Size > 1) TSimd.Store(c21, c + (2 * cStride) + TSimd.Count); }
        if (TRows.Size > 3) { TSimd.Store(c30, c + (3 * cStride)); if (TVectors.Size > 1) TSimd.Store(c31, c + (3 * cStride) + TSimd.Count); }
        if (TRows.Size > 4) { TSimd.Store(c40, c + (4 * cStride)); if (TVectors.Size > 1) TSimd.Store(c41, c + (4 * cStride) + TSimd.Count); }
        if (TRows.Size > 5) { TSimd.Store(c50, c + (5 * cStride)); if (TVectors.Size > 1) TSimd.Store(c51, c + (5 * cStride) + TSimd.Count); }
        if (TRows.Size > 6) { TSimd.Store(c60, c + (6 * cStride)); if (TVectors.Size > 1) TSimd.Store(c61, c + (6 * cStride) + TSimd.Count); }
        if (TRows.Size > 7) { TSimd.Store(c70, c + (7 * cStride)); if (TVectors.Size > 1) TSimd.Store(c71, c + (7 * cStride) + TSimd.Count); }
        if (TRows.Size > 8) { TSimd.Store(c80, c + (8 * cStride)); if (TVectors.Size > 1) TSimd.Store(c81, c + (8 * cStride) + TSimd.Count); }
        if (TRows.Size > 9) { TSimd.Store(c90, c + (9 * cStride)); if (TVectors.Size > 1) TSimd.Store(c91, c + (9 * cStride) + TSimd.Count); }
        if (TRows.Size > 10) { TSimd.Store(cA0, c + (10 * cStride)); if (TVectors.Size > 1) TSimd.Store(cA1, c + (10 * cStride) + TSimd.Count); }
        if (TRows.Size > 11) { TSimd.Store(cB0, c + (11 * cStride)); if (TVectors.Size > 1) TSimd.Store(cB1, c + (11 * cStride) + TSimd.Count); }
    }

    /// <summary><see cref="Multiply{TSimd, TVec, TRows, TVectors, TOrder, TFetch}"/> for a number of rows known only at run time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply<TSimd, TVec, TVectors, TOrder, TFetch>(
        int rows, float* a, nint aRow, float* b, float* start, nint startStride, float* c, nint cStride, bool add, int depth, TFetch fetch)
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TVectors : ITileSize
        where TOrder : ITileOrder
        where TFetch : struct, ITileFetch
    {
        switch (rows)
        {
            case 1: Multiply<TSimd, TVec, One, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 2: Multiply<TSimd, TVec, Two, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 3: Multiply<TSimd, TVec, Three, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 4: Multiply<TSimd, TVec, Four, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 5: Multiply<TSimd, TVec, Five, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 6: Multiply<TSimd, TVec, Six, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 7: Multiply<TSimd, TVec, Seven, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 8: Multiply<TSimd, TVec, Eight, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 9: Multiply<TSimd, TVec, Nine, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 10: Multiply<TSimd, TVec, Ten, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 11: Multiply<TSimd, TVec, Eleven, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
            case 12: Multiply<TSimd, TVec, Twelve, TVectors, TOrder, TFetch>(a, aRow, b, start, startStride, c, cStride, add, depth, fetch); break;
        }
    }
}
