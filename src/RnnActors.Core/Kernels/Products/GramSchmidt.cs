using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Products;

/// <summary>
/// Makes vectors orthonormal by the Gram-Schmidt process: the components along earlier vectors are subtracted from each, and the rest is scaled to length 1.
/// Gaussian vectors become a matrix that is uniformly distributed over the orthogonal ones, since the diagonal of R in the QR decomposition is positive
/// (Mezzadri 2007).
/// </summary>
/// <remarks>
/// It works by halves, so that nearly all of it is matrix products. The first half is made orthonormal, subtracted from the second, and the second is made
/// orthonormal. Where much is subtracted from a vector, rounding leaves a residue. So the whole process runs twice; the second run has next to nothing to
/// subtract ("twice is enough", Giraud et al. 2005). Every sum is a product's or <see cref="Reduce"/>'s in order, so no vector width changes a bit.
/// </remarks>
internal static unsafe class GramSchmidt
{
    /// <summary>Up to this many vectors are made orthonormal one by one.</summary>
    private const int Few = 32;

    /// <param name="vectors">(count, length), linearly independent; overwritten.</param>
    /// <param name="count">At most <paramref name="length"/>.</param>
    public static void Orthonormalise(Span<float> vectors, int count, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.Length, (long)count * length);
        var scratch = new Scratch(count, length);
        for (int time = 0; time < 2; time++) Halves(vectors, count, length, scratch);
    }

    private static void Halves(Span<float> vectors, int count, int length, Scratch scratch)
    {
        if (count <= Few)
        {
            fixed (float* first = vectors)
            {
                var kernel = new OneByOne(first, count, length);
                Dispatch.Run(ref kernel);
            }

            return;
        }

        int half = FirstHalf(count);
        Span<float> done = vectors[..(half * length)], rest = vectors[(half * length)..];
        Halves(done, half, length, scratch);
        TakeOut(done, half, rest, count - half, length, scratch);
        Halves(rest, count - half, length, scratch);
    }

    /// <summary>The size of the first half, a multiple of <see cref="Few"/>. The second half is less than 2 · <see cref="Few"/> larger, so halving either needs
    /// no more scratch.</summary>
    private static int FirstHalf(int count) => Math.Max(Few, count / 2 / Few * Few);

    /// <summary>rest -= (rest·doneᵀ)·done.</summary>
    private static void TakeOut(ReadOnlySpan<float> done, int doneCount, Span<float> rest, int restCount, int length, Scratch scratch)
    {
        var transposed = new PackedMatrix(length, doneCount, scratch.Packed);
        transposed.PackTransposed(done);
        Span<float> along = scratch.Along.Span[..(restCount * doneCount)];
        MatMul.Multiply(rest, length, restCount, transposed, along, doneCount);
        foreach (ref float value in along) value = -value;
        var packed = new PackedMatrix(doneCount, length, scratch.Packed);
        packed.Pack(done);
        MatMul.Multiply(along, doneCount, restCount, packed, rest, length, accumulate: true);
    }

    /// <summary>Scratch for the largest halves.</summary>
    private sealed class Scratch(int count, int length)
    {
        private readonly int _half = count > Few ? FirstHalf(count) : 0;

        public AlignedBuffer Packed => field ??= new AlignedBuffer(Math.Max(PackedMatrix.Memory(length, _half), PackedMatrix.Memory(_half, length)));

        public AlignedBuffer Along => field ??= new AlignedBuffer((count - _half) * _half);
    }

    /// <summary>Modified Gram-Schmidt: each vector against those before it, one after another.</summary>
    private readonly struct OneByOne(float* vectors, int count, int length) : IKernel
    {
        private readonly float* _vectors = vectors;
        private readonly int _count = count;
        private readonly int _length = length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* lanes = stackalloc float[Reduce.Lanes];
            for (int v = 0; v < _count; v++)
            {
                float* vector = _vectors + ((nint)v * _length);
                for (float* other = _vectors; other < vector; other += _length)
                    AddScaled<TSimd, TVec>(vector, -Dot<TSimd, TVec>(vector, other, _length, lanes), other, _length);
                Divide<TSimd, TVec>(vector, MathF.Sqrt(Dot<TSimd, TVec>(vector, vector, _length, lanes)), _length);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static float Dot<TSimd, TVec>(float* a, float* b, int length, float* lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            int whole = length & -Reduce.Lanes;
            for (int group = 0; group < Reduce.Lanes; group += TSimd.Count)
            {
                TVec sum = TSimd.Set(0);
                for (int i = group; i < whole; i += Reduce.Lanes) sum = TSimd.Fma(TSimd.Load(a + i), TSimd.Load(b + i), sum);
                TSimd.Store(sum, lanes + group);
            }

            for (int i = whole; i < length; i++) lanes[i - whole] = SimdScalar.Fma(a[i], b[i], lanes[i - whole]);
            return Reduce.Tree<SumReduction>(lanes);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void AddScaled<TSimd, TVec>(float* vector, float factor, float* other, int length)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec factors = TSimd.Set(factor);
            int i = 0;
            for (; i <= length - TSimd.Count; i += TSimd.Count)
                TSimd.Store(TSimd.Fma(factors, TSimd.Load(other + i), TSimd.Load(vector + i)), vector + i);
            for (; i < length; i++) vector[i] = SimdScalar.Fma(factor, other[i], vector[i]);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Divide<TSimd, TVec>(float* vector, float divisor, int length)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec divisors = TSimd.Set(divisor);
            int i = 0;
            for (; i <= length - TSimd.Count; i += TSimd.Count) TSimd.Store(TSimd.Divide(TSimd.Load(vector + i), divisors), vector + i);
            for (; i < length; i++) vector[i] = SimdScalar.Divide(vector[i], divisor);
        }
    }
}
