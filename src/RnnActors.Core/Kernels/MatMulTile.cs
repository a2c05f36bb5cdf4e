using System.Runtime.CompilerServices;

namespace RnnActors.Core.Kernels;

/// <summary>
/// The inner tiles of the matrix product: up to twelve rows by two vectors of columns, held in registers while k runs in order. A tile's size and the vector's
/// width are type arguments, so each combination is compiled by itself and what it does not use is gone; none of them changes the order in which an
/// element is accumulated, hence none changes a bit.
/// </summary>
internal static unsafe class MatMulTile
{
    /// <summary>How a tile's accumulators begin: with zeros, with a bias for each column, or with what is in C.</summary>
    internal enum Start
    {
        Zero,
        Bias,
        Accumulate,
    }

    internal interface ITile
    {
        static abstract int Rows { get; }

        static abstract int Vectors { get; }
    }

    /// <summary>C (rows, columns) of rows of A that lie <paramref name="aStride"/> apart and one packed panel of B, over <paramref name="depth"/> values of k.</summary>
    /// <param name="a">(rows, depth).</param>
    /// <param name="b">(depth, panel), packed.</param>
    /// <param name="bias">(columns); read only where <paramref name="start"/> is <see cref="Start.Bias"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RowsByPanel<TSimd, TVec, TTile>(
        float* a, nint aStride, float* b, nint panel, float* c, nint cStride, int depth, Start start, float* bias)
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TTile : ITile
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
        if (start == Start.Accumulate)
        {
            if (TTile.Rows > 0) { c00 = TSimd.Load(c); if (TTile.Vectors > 1) c01 = TSimd.Load(c + TSimd.Count); }
            if (TTile.Rows > 1) { c10 = TSimd.Load(c + (1 * cStride)); if (TTile.Vectors > 1) c11 = TSimd.Load(c + (1 * cStride) + TSimd.Count); }
            if (TTile.Rows > 2) { c20 = TSimd.Load(c + (2 * cStride)); if (TTile.Vectors > 1) c21 = TSimd.Load(c + (2 * cStride) + TSimd.Count); }
            if (TTile.Rows > 3) { c30 = TSimd.Load(c + (3 * cStride)); if (TTile.Vectors > 1) c31 = TSimd.Load(c + (3 * cStride) + TSimd.Count); }
            if (TTile.Rows > 4) { c40 = TSimd.Load(c + (4 * cStride)); if (TTile.Vectors > 1) c41 = TSimd.Load(c + (4 * cStride) + TSimd.Count); }
            if (TTile.Rows > 5) { c50 = TSimd.Load(c + (5 * cStride)); if (TTile.Vectors > 1) c51 = TSimd.Load(c + (5 * cStride) + TSimd.Count); }
            if (TTile.Rows > 6) { c60 = TSimd.Load(c + (6 * cStride)); if (TTile.Vectors > 1) c61 = TSimd.Load(c + (6 * cStride) + TSimd.Count); }
            if (TTile.Rows > 7) { c70 = TSimd.Load(c + (7 * cStride)); if (TTile.Vectors > 1) c71 = TSimd.Load(c + (7 * cStride) + TSimd.Count); }
            if (TTile.Rows > 8) { c80 = TSimd.Load(c + (8 * cStride)); if (TTile.Vectors > 1) c81 = TSimd.Load(c + (8 * cStride) + TSimd.Count); }
            if (TTile.Rows > 9) { c90 = TSimd.Load(c + (9 * cStride)); if (TTile.Vectors > 1) c91 = TSimd.Load(c + (9 * cStride) + TSimd.Count); }
            if (TTile.Rows > 10) { cA0 = TSimd.Load(c + (10 * cStride)); if (TTile.Vectors > 1) cA1 = TSimd.Load(c + (10 * cStride) + TSimd.Count); }
            if (TTile.Rows > 11) { cB0 = TSimd.Load(c + (11 * cStride)); if (TTile.Vectors > 1) cB1 = TSimd.Load(c + (11 * cStride) + TSimd.Count); }
        }
        else if (start == Start.Bias)
        {
            b0 = TSimd.Load(bias);
            if (TTile.Vectors > 1) b1 = TSimd.Load(bias + TSimd.Count);
            if (TTile.Rows > 0) { c00 = b0; c01 = b1; }
            if (TTile.Rows > 1) { c10 = b0; c11 = b1; }
            if (TTile.Rows > 2) { c20 = b0; c21 = b1; }
            if (TTile.Rows > 3) { c30 = b0; c31 = b1; }
            if (TTile.Rows > 4) { c40 = b0; c41 = b1; }
            if (TTile.Rows > 5) { c50 = b0; c51 = b1; }
            if (TTile.Rows > 6) { c60 = b0; c61 = b1; }
            if (TTile.Rows > 7) { c70 = b0; c71 = b1; }
            if (TTile.Rows > 8) { c80 = b0; c81 = b1; }
            if (TTile.Rows > 9) { c90 = b0; c91 = b1; }
            if (TTile.Rows > 10) { cA0 = b0; cA1 = b1; }
            if (TTile.Rows > 11) { cB0 = b0; cB1 = b1; }
        }

        nint aStride2 = 2 * aStride;
        float* a0 = a, a3 = a + (3 * aStride), a6 = a + (6 * aStride), a9 = a + (9 * aStride);
        for (int k = 0; k < depth; k++)
        {
            b0 = TSimd.Load(b);
            if (TTile.Vectors > 1) b1 = TSimd.Load(b + TSimd.Count);
            if (TTile.Rows > 0) { x = TSimd.Set(*a0); c00 = TSimd.Fma(x, b0, c00); if (TTile.Vectors > 1) c01 = TSimd.Fma(x, b1, c01); }
            if (TTile.Rows > 1) { x = TSimd.Set(a0[aStride]); c10 = TSimd.Fma(x, b0, c10); if (TTile.Vectors > 1) c11 = TSimd.Fma(x, b1, c11); }
            if (TTile.Rows > 2) { x = TSimd.Set(a0[aStride2]); c20 = TSimd.Fma(x, b0, c20); if (TTile.Vectors > 1) c21 = TSimd.Fma(x, b1, c21); }
            if (TTile.Rows > 3) { x = TSimd.Set(*a3); c30 = TSimd.Fma(x, b0, c30); if (TTile.Vectors > 1) c31 = TSimd.Fma(x, b1, c31); }
            if (TTile.Rows > 4) { x = TSimd.Set(a3[aStride]); c40 = TSimd.Fma(x, b0, c40); if (TTile.Vectors > 1) c41 = TSimd.Fma(x, b1, c41); }
            if (TTile.Rows > 5) { x = TSimd.Set(a3[aStride2]); c50 = TSimd.Fma(x, b0, c50); if (TTile.Vectors > 1) c51 = TSimd.Fma(x, b1, c51); }
            if (TTile.Rows > 6) { x = TSimd.Set(*a6); c60 = TSimd.Fma(x, b0, c60); if (TTile.Vectors > 1) c61 = TSimd.Fma(x, b1, c61); }
            if (TTile.Rows > 7) { x = TSimd.Set(a6[aStride]); c70 = TSimd.Fma(x, b0, c70); if (TTile.Vectors > 1) c71 = TSimd.Fma(x, b1, c71); }
            if (TTile.Rows > 8) { x = TSimd.Set(a6[aStride2]); c80 = TSimd.Fma(x, b0, c80); if (TTile.Vectors > 1) c81 = TSimd.Fma(x, b1, c81); }
            if (TTile.Rows > 9) { x = TSimd.Set(*a9); c90 = TSimd.Fma(x, b0, c90); if (TTile.Vectors > 1) c91 = TSimd.Fma(x, b1, c91); }
            if (TTile.Rows > 10) { x = TSimd.Set(a9[aStride]); cA0 = TSimd.Fma(x, b0, cA0); if (TTile.Vectors > 1) cA1 = TSimd.Fma(x, b1, cA1); }
            if (TTile.Rows > 11) { x = TSimd.Set(a9[aStride2]); cB0 = TSimd.Fma(x, b0, cB0); if (TTile.Vectors > 1) cB1 = TSimd.Fma(x, b1, cB1); }
            b += panel;
            a0++;
            if (TTile.Rows > 3) a3++;
            if (TTile.Rows > 6) a6++;
            if (TTile.Rows > 9) a9++;
        }

        if (TTile.Rows > 0) { TSimd.Store(c00, c); if (TTile.Vectors > 1) TSimd.Store(c01, c + TSimd.Count); }
        if (TTile.Rows > 1) { TSimd.Store(c10, c + (1 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c11, c + (1 * cStride) + TSimd.Count); }
        if (TTile.Rows > 2) { TSimd.Store(c20, c + (2 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c21, c + (2 * cStride) + TSimd.Count); }
        if (TTile.Rows > 3) { TSimd.Store(c30, c + (3 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c31, c + (3 * cStride) + TSimd.Count); }
        if (TTile.Rows > 4) { TSimd.Store(c40, c + (4 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c41, c + (4 * cStride) + TSimd.Count); }
        if (TTile.Rows > 5) { TSimd.Store(c50, c + (5 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c51, c + (5 * cStride) + TSimd.Count); }
        if (TTile.Rows > 6) { TSimd.Store(c60, c + (6 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c61, c + (6 * cStride) + TSimd.Count); }
        if (TTile.Rows > 7) { TSimd.Store(c70, c + (7 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c71, c + (7 * cStride) + TSimd.Count); }
        if (TTile.Rows > 8) { TSimd.Store(c80, c + (8 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c81, c + (8 * cStride) + TSimd.Count); }
        if (TTile.Rows > 9) { TSimd.Store(c90, c + (9 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c91, c + (9 * cStride) + TSimd.Count); }
        if (TTile.Rows > 10) { TSimd.Store(cA0, c + (10 * cStride)); if (TTile.Vectors > 1) TSimd.Store(cA1, c + (10 * cStride) + TSimd.Count); }
        if (TTile.Rows > 11) { TSimd.Store(cB0, c + (11 * cStride)); if (TTile.Vectors > 1) TSimd.Store(cB1, c + (11 * cStride) + TSimd.Count); }
    }

    /// <summary>C (rows, columns) += Aᵀ·B over <paramref name="groups"/> groups of <paramref name="depth"/> consecutive values of k.</summary>
    /// <param name="a">(k, rows): twelve neighbours of each k are read.</param>
    /// <param name="aGroup">From the first k of a group to the first of the next, in floats; likewise <paramref name="bGroup"/>.</param>
    /// <param name="b">(k, columns).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ColumnsByRows<TSimd, TVec, TTile>(
        float* a, nint aStride, nint aGroup, float* b, nint bStride, nint bGroup, float* c, nint cStride, int groups, int depth, Start start)
        where TSimd : ISimd<TVec>
        where TVec : struct
        where TTile : ITile
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
        if (start == Start.Accumulate)
        {
            if (TTile.Rows > 0) { c00 = TSimd.Load(c); if (TTile.Vectors > 1) c01 = TSimd.Load(c + TSimd.Count); }
            if (TTile.Rows > 1) { c10 = TSimd.Load(c + (1 * cStride)); if (TTile.Vectors > 1) c11 = TSimd.Load(c + (1 * cStride) + TSimd.Count); }
            if (TTile.Rows > 2) { c20 = TSimd.Load(c + (2 * cStride)); if (TTile.Vectors > 1) c21 = TSimd.Load(c + (2 * cStride) + TSimd.Count); }
            if (TTile.Rows > 3) { c30 = TSimd.Load(c + (3 * cStride)); if (TTile.Vectors > 1) c31 = TSimd.Load(c + (3 * cStride) + TSimd.Count); }
            if (TTile.Rows > 4) { c40 = TSimd.Load(c + (4 * cStride)); if (TTile.Vectors > 1) c41 = TSimd.Load(c + (4 * cStride) + TSimd.Count); }
            if (TTile.Rows > 5) { c50 = TSimd.Load(c + (5 * cStride)); if (TTile.Vectors > 1) c51 = TSimd.Load(c + (5 * cStride) + TSimd.Count); }
            if (TTile.Rows > 6) { c60 = TSimd.Load(c + (6 * cStride)); if (TTile.Vectors > 1) c61 = TSimd.Load(c + (6 * cStride) + TSimd.Count); }
            if (TTile.Rows > 7) { c70 = TSimd.Load(c + (7 * cStride)); if (TTile.Vectors > 1) c71 = TSimd.Load(c + (7 * cStride) + TSimd.Count); }
            if (TTile.Rows > 8) { c80 = TSimd.Load(c + (8 * cStride)); if (TTile.Vectors > 1) c81 = TSimd.Load(c + (8 * cStride) + TSimd.Count); }
            if (TTile.Rows > 9) { c90 = TSimd.Load(c + (9 * cStride)); if (TTile.Vectors > 1) c91 = TSimd.Load(c + (9 * cStride) + TSimd.Count); }
            if (TTile.Rows > 10) { cA0 = TSimd.Load(c + (10 * cStride)); if (TTile.Vectors > 1) cA1 = TSimd.Load(c + (10 * cStride) + TSimd.Count); }
            if (TTile.Rows > 11) { cB0 = TSimd.Load(c + (11 * cStride)); if (TTile.Vectors > 1) cB1 = TSimd.Load(c + (11 * cStride) + TSimd.Count); }
        }

        float* firstA = a, firstB = b;
        for (int group = 0; group < groups; group++)
        {
            a = firstA + (group * aGroup);
            b = firstB + (group * bGroup);
            for (int k = 0; k < depth; k++)
            {
                b0 = TSimd.Load(b);
                if (TTile.Vectors > 1) b1 = TSimd.Load(b + TSimd.Count);
                if (TTile.Rows > 0) { x = TSimd.Set(*a); c00 = TSimd.Fma(x, b0, c00); if (TTile.Vectors > 1) c01 = TSimd.Fma(x, b1, c01); }
                if (TTile.Rows > 1) { x = TSimd.Set(a[1]); c10 = TSimd.Fma(x, b0, c10); if (TTile.Vectors > 1) c11 = TSimd.Fma(x, b1, c11); }
                if (TTile.Rows > 2) { x = TSimd.Set(a[2]); c20 = TSimd.Fma(x, b0, c20); if (TTile.Vectors > 1) c21 = TSimd.Fma(x, b1, c21); }
                if (TTile.Rows > 3) { x = TSimd.Set(a[3]); c30 = TSimd.Fma(x, b0, c30); if (TTile.Vectors > 1) c31 = TSimd.Fma(x, b1, c31); }
                if (TTile.Rows > 4) { x = TSimd.Set(a[4]); c40 = TSimd.Fma(x, b0, c40); if (TTile.Vectors > 1) c41 = TSimd.Fma(x, b1, c41); }
                if (TTile.Rows > 5) { x = TSimd.Set(a[5]); c50 = TSimd.Fma(x, b0, c50); if (TTile.Vectors > 1) c51 = TSimd.Fma(x, b1, c51); }
                if (TTile.Rows > 6) { x = TSimd.Set(a[6]); c60 = TSimd.Fma(x, b0, c60); if (TTile.Vectors > 1) c61 = TSimd.Fma(x, b1, c61); }
                if (TTile.Rows > 7) { x = TSimd.Set(a[7]); c70 = TSimd.Fma(x, b0, c70); if (TTile.Vectors > 1) c71 = TSimd.Fma(x, b1, c71); }
                if (TTile.Rows > 8) { x = TSimd.Set(a[8]); c80 = TSimd.Fma(x, b0, c80); if (TTile.Vectors > 1) c81 = TSimd.Fma(x, b1, c81); }
                if (TTile.Rows > 9) { x = TSimd.Set(a[9]); c90 = TSimd.Fma(x, b0, c90); if (TTile.Vectors > 1) c91 = TSimd.Fma(x, b1, c91); }
                if (TTile.Rows > 10) { x = TSimd.Set(a[10]); cA0 = TSimd.Fma(x, b0, cA0); if (TTile.Vectors > 1) cA1 = TSimd.Fma(x, b1, cA1); }
                if (TTile.Rows > 11) { x = TSimd.Set(a[11]); cB0 = TSimd.Fma(x, b0, cB0); if (TTile.Vectors > 1) cB1 = TSimd.Fma(x, b1, cB1); }
                a += aStride;
                b += bStride;
            }
        }

        if (TTile.Rows > 0) { TSimd.Store(c00, c); if (TTile.Vectors > 1) TSimd.Store(c01, c + TSimd.Count); }
        if (TTile.Rows > 1) { TSimd.Store(c10, c + (1 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c11, c + (1 * cStride) + TSimd.Count); }
        if (TTile.Rows > 2) { TSimd.Store(c20, c + (2 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c21, c + (2 * cStride) + TSimd.Count); }
        if (TTile.Rows > 3) { TSimd.Store(c30, c + (3 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c31, c + (3 * cStride) + TSimd.Count); }
        if (TTile.Rows > 4) { TSimd.Store(c40, c + (4 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c41, c + (4 * cStride) + TSimd.Count); }
        if (TTile.Rows > 5) { TSimd.Store(c50, c + (5 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c51, c + (5 * cStride) + TSimd.Count); }
        if (TTile.Rows > 6) { TSimd.Store(c60, c + (6 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c61, c + (6 * cStride) + TSimd.Count); }
        if (TTile.Rows > 7) { TSimd.Store(c70, c + (7 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c71, c + (7 * cStride) + TSimd.Count); }
        if (TTile.Rows > 8) { TSimd.Store(c80, c + (8 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c81, c + (8 * cStride) + TSimd.Count); }
        if (TTile.Rows > 9) { TSimd.Store(c90, c + (9 * cStride)); if (TTile.Vectors > 1) TSimd.Store(c91, c + (9 * cStride) + TSimd.Count); }
        if (TTile.Rows > 10) { TSimd.Store(cA0, c + (10 * cStride)); if (TTile.Vectors > 1) TSimd.Store(cA1, c + (10 * cStride) + TSimd.Count); }
        if (TTile.Rows > 11) { TSimd.Store(cB0, c + (11 * cStride)); if (TTile.Vectors > 1) TSimd.Store(cB1, c + (11 * cStride) + TSimd.Count); }
    }

    internal static void CopyRows(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
            new ReadOnlySpan<float>(source + (row * sourceStride), columns).CopyTo(new Span<float>(target + (row * targetStride), columns));
    }

    /// <summary>The largest tile that is not more than the rows left: 12, 8, 6, 4, 2 or 1, and not more than registers hold.</summary>
    internal static int TileRowsFor(int rows, int most) => Math.Min(rows, most) switch
    {
        >= 12 => 12,
        >= 8 => 8,
        >= 6 => 6,
        >= 4 => 4,
        >= 2 => 2,
        _ => 1,
    };

    internal readonly struct Tile12x2 : ITile
    {
        public static int Rows => 12;

        public static int Vectors => 2;
    }

    internal readonly struct Tile12x1 : ITile
    {
        public static int Rows => 12;

        public static int Vectors => 1;
    }

    internal readonly struct Tile8x2 : ITile
    {
        public static int Rows => 8;

        public static int Vectors => 2;
    }

    internal readonly struct Tile8x1 : ITile
    {
        public static int Rows => 8;

        public static int Vectors => 1;
    }

    internal readonly struct Tile6x2 : ITile
    {
        public static int Rows => 6;

        public static int Vectors => 2;
    }

    internal readonly struct Tile6x1 : ITile
    {
        public static int Rows => 6;

        public static int Vectors => 1;
    }

    internal readonly struct Tile4x2 : ITile
    {
        public static int Rows => 4;

        public static int Vectors => 2;
    }

    internal readonly struct Tile4x1 : ITile
    {
        public static int Rows => 4;

        public static int Vectors => 1;
    }

    internal readonly struct Tile2x2 : ITile
    {
        public static int Rows => 2;

        public static int Vectors => 2;
    }

    internal readonly struct Tile2x1 : ITile
    {
        public static int Rows => 2;

        public static int Vectors => 1;
    }

    internal readonly struct Tile1x2 : ITile
    {
        public static int Rows => 1;

        public static int Vectors => 2;
    }

    internal readonly struct Tile1x1 : ITile
    {
        public static int Rows => 1;

        public static int Vectors => 1;
    }
}
