using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>Copies a matrix to its transpose.</summary>
internal static unsafe class Transpose
{
    /// <summary>Values of a row that are copied before the next row's: a cache line.</summary>
    private const int Line = 16;

    /// <param name="source">(rows, <paramref name="columns"/>), contiguous.</param>
    /// <param name="target">(columns, ≥ rows): rows <paramref name="stride"/> apart; what lies between them is left as it is.</param>
    public static void Copy(ReadOnlySpan<float> source, int columns, Span<float> target, int stride)
    {
        int rows = source.Length / columns;
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, ((columns - 1) * stride) + rows);
        fixed (float* from = source, to = target) Copy(from, columns, rows, columns, to, stride);
    }

    /// <param name="from">(rows, columns), rows <paramref name="fromStride"/> apart.</param>
    /// <param name="to">(columns, rows), rows <paramref name="toStride"/> apart.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy(float* from, nint fromStride, int rows, int columns, float* to, nint toStride)
    {
        int wholeRows = Sse.IsSupported ? rows & ~3 : 0, wholeColumns = Sse.IsSupported ? columns & ~3 : 0;
        for (int first = 0; first < wholeColumns; first += Line)
        {
            int end = Math.Min(first + Line, wholeColumns);
            for (int row = 0; row < wholeRows; row += 4)
                for (int column = first; column < end; column += 4)
                    CopyFourByFour(from + (row * fromStride) + column, fromStride, to + (column * toStride) + row, toStride);
        }

        for (int row = 0; row < rows; row++)
            for (int column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
                to[(column * toStride) + row] = from[(row * fromStride) + column];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyFourByFour(float* from, nint fromStride, float* to, nint toStride)
    {
        var a = Vector128.Load(from);
        var b = Vector128.Load(from + fromStride);
        var c = Vector128.Load(from + (2 * fromStride));
        var d = Vector128.Load(from + (3 * fromStride));
        var lowAB = Sse.UnpackLow(a, b);
        var lowCD = Sse.UnpackLow(c, d);
        var highAB = Sse.UnpackHigh(a, b);
        var highCD = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(lowAB, lowCD).Store(to);
        Sse.MoveHighToLow(lowCD, lowAB).Store(to + toStride);
        Sse.MoveLowToHigh(highAB, highCD).Store(to + (2 * toStride));
        Sse.MoveHighToLow(highCD, highAB).Store(to + (3 * toStride));
    }
}
