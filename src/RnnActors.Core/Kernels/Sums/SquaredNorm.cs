using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Sums;

/// <summary>
/// Σ xᵢ² in double, over blocks of <see cref="BlockLength"/> floats counted from the start of the whole vector. A segment that starts at a multiple of it has
/// the same block sums wherever it is computed, so the norm's bits do not depend on how the vector is cut. Squares of floats are exact in double and cannot
/// overflow; NaN and infinity show in the total.
/// </summary>
/// <remarks>
/// A block is summed in sixteen lanes, element i in lane i mod 16, and the lanes in a tree. They are four portable 256-bit vectors at every
/// <see cref="Vectors.Width"/>: the runtime splits them where the hardware has narrower ones.
/// </remarks>
public static unsafe class SquaredNorm
{
    public const int BlockLength = 4096;

    private const int Lanes = 16;

    private const int MarksOfBlock = BlockLength / Lanes / 64;

    public static int Blocks(int length) => (int)(((long)length + BlockLength - 1) / BlockLength);

    /// <summary>The sum of squares of each block.</summary>
    /// <param name="segment">(n), starting at a multiple of <see cref="BlockLength"/> in the whole vector.</param>
    /// <param name="blockSums">(<see cref="Blocks"/>(n)), overwritten.</param>
    public static void Compute(ReadOnlySpan<float> segment, Span<double> blockSums)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(blockSums.Length, Blocks(segment.Length));
        fixed (float* start = segment)
        {
            for (int block = 0; block < blockSums.Length; block++)
            {
                int first = block * BlockLength;
                blockSums[block] = BlockSum(start + first, Math.Min(BlockLength, segment.Length - first));
            }
        }
    }

    /// <summary>The same sums, skipping blocks of sixteen values that are known to be +0.</summary>
    /// <param name="marks">A bit for each sixteen values of the segment, 64 to a word, set where they may be other than +0.</param>
    internal static void Compute(ReadOnlySpan<float> segment, ReadOnlySpan<ulong> marks, Span<double> blockSums)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(blockSums.Length, Blocks(segment.Length));
        fixed (float* start = segment)
        {
            for (int block = 0; block < blockSums.Length; block++)
            {
                int first = block * BlockLength, length = Math.Min(BlockLength, segment.Length - first);
                ReadOnlySpan<ulong> known = length < BlockLength ? [] : marks.Slice(block * MarksOfBlock, MarksOfBlock);
                blockSums[block] = known.ContainsAnyExcept(ulong.MaxValue) ? BlockSum(start + first, known) : BlockSum(start + first, length);
            }
        }
    }

    /// <summary>The sum over all blocks in their order: the squared L2 norm.</summary>
    public static double Total(ReadOnlySpan<double> blockSums)
    {
        double total = 0;
        foreach (double sum in blockSums) total += sum;
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BlockSum(float* x, int length)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i <= length - Lanes; i += Lanes) Accumulate(x + i, ref a, ref b, ref c, ref d);
        if (i < length)
        {
            float* rest = stackalloc float[Lanes];
            new ReadOnlySpan<float>(x + i, length - i).CopyTo(new Span<float>(rest, Lanes));
            Accumulate(rest, ref a, ref b, ref c, ref d);
        }

        return Fold(a, b, c, d);
    }

    /// <summary>The sum of one whole block. Unmarked values are skipped: the square of +0 adds nothing to a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BlockSum(float* x, ReadOnlySpan<ulong> marks)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        for (int word = 0; word < marks.Length; word++)
            for (ulong rest = marks[word]; rest != 0; rest &= rest - 1)
                Accumulate(x + (((64 * word) + BitOperations.TrailingZeroCount(rest)) * Lanes), ref a, ref b, ref c, ref d);
        return Fold(a, b, c, d);
    }

    private static double Fold(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        Vector256<double> four = (a + c) + (b + d);
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(float* x, ref Vector256<double> a, ref Vector256<double> b, ref Vector256<double> c, ref Vector256<double> d)
    {
        (Vector256<double> x0, Vector256<double> x1) = Vector256.Widen(Vector256.Load(x));
        (Vector256<double> x2, Vector256<double> x3) = Vector256.Widen(Vector256.Load(x + 8));
        a += x0 * x0;
        b += x1 * x1;
        c += x2 * x2;
        d += x3 * x3;
    }
}
