using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Kernels.RandomNumbers;

/// <summary>
/// Many normal values at once, in double in the four lanes of portable vectors, for the initial values of large matrices. They have the bits of
/// <see cref="RandomSequence.NextGaussian"/>, where each value takes one Philox block.
/// </summary>
internal static class Gaussian
{
    private const int Blocks = 4;

    /// <summary>Writes the values of the blocks from <paramref name="firstBlock"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(Span<float> values, PhiloxKey key, long firstBlock)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstBlock);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBlock, uint.MaxValue - (values.Length + (long)Blocks));
        uint block = (uint)firstBlock;
        for (; values.Length >= Blocks; block += Blocks, values = values[Blocks..]) Of(key, block).CopyTo(values);
        if (values.IsEmpty) return;
        Vector128<float> rest = Of(key, block);
        for (int i = 0; i < values.Length; i++) values[i] = rest[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Of(PhiloxKey key, uint firstBlock)
    {
        (Vector128<uint> w0, Vector128<uint> w1, Vector128<uint> w2, Vector128<uint> w3) = Philox.FourBlocks(key, firstBlock, 0, 0);
        Vector256<double> radius = Vector256.Sqrt(-2 * PortableVectorMath.Log(Vector256<double>.One - Uniform(w0, w1)));
        Vector256<double> values = radius * PortableVectorMath.Cos(2 * Math.PI * Uniform(w2, w3));
        return Vector128.Narrow(values.GetLower(), values.GetUpper());
    }

    /// <summary>Uniform in [0, 1) with 53 bits, as <see cref="RandomSequence.NextDouble"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Uniform(Vector128<uint> high, Vector128<uint> low) =>
        ((ToDouble(high >>> 5) * (1 << 26)) + ToDouble(low >>> 6)) * (1.0 / (1L << 53));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ToDouble(Vector128<uint> words)
    {
        (Vector128<ulong> lower, Vector128<ulong> upper) = Vector128.Widen(words);
        return PortableVectorMath.ToDouble(Vector256.Create(lower, upper).AsInt64());
    }
}
