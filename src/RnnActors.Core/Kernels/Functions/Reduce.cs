using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>The associative operation of a reduction.</summary>
internal interface IReduction
{
    /// <summary>The neutral element, with which the ends of rows are padded.</summary>
    static abstract float Identity { get; }

    static abstract TVec Combine<TSimd, TVec>(TVec a, TVec b)
        where TSimd : ISimd<TVec>
        where TVec : struct;
}

internal readonly struct SumReduction : IReduction
{
    public static float Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Combine<TSimd, TVec>(TVec a, TVec b)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.Add(a, b);
}

/// <summary>The larger value; NaN is ignored.</summary>
internal readonly struct MaxReduction : IReduction
{
    public static float Identity => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Combine<TSimd, TVec>(TVec a, TVec b)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.SelectLess(a, b, b, a);
}

/// <summary>
/// Reductions in sixteen lanes at every width: the same bits on every machine. Element i goes to lane i mod 16, and the lanes are combined in one tree (0 with
/// 8, 1 with 9 …, then at distances 4, 2, 1). Narrow vectors make one pass over the values for each group of lanes.
/// </summary>
internal static unsafe class Reduce
{
    public const int Lanes = 16;

    /// <summary>Floats of scratch that the methods below need: the padded end of a row, and the lanes.</summary>
    public const int Scratch = 2 * Lanes;

    public static float Sum(ReadOnlySpan<float> values) => Over<SumReduction>(values);

    /// <summary>The largest value; -∞ where all are NaN or there is none.</summary>
    public static float Max(ReadOnlySpan<float> values) => Over<MaxReduction>(values);

    /// <summary>The body of a reduction, for kernels that use its result further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Over<TReduction, TSimd, TVec>(float* values, int length, float* scratch)
        where TReduction : struct, IReduction
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int whole = length & -Lanes;
        PadEnd(values + whole, length - whole, TReduction.Identity, scratch);
        float* lanes = scratch + Lanes;
        for (int group = 0; group < Lanes; group += TSimd.Count)
        {
            TVec sum = TReduction.Combine<TSimd, TVec>(TSimd.Set(TReduction.Identity), TSimd.Load(scratch + group));
            for (int i = group; i < whole; i += Lanes) sum = TReduction.Combine<TSimd, TVec>(sum, TSimd.Load(values + i));
            TSimd.Store(sum, lanes + group);
        }

        return Tree<TReduction>(lanes);
    }

    /// <summary>Copies the last few floats of a row and pads them to sixteen with <paramref name="padding"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PadEnd(float* end, int count, float padding, float* padded)
    {
        Simd512.Store(Simd512.Set(padding), padded);
        for (int i = 0; i < count; i++) padded[i] = end[i];
    }

    /// <summary>Combines sixteen lanes, which it overwrites.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tree<TReduction>(float* lanes)
        where TReduction : struct, IReduction
    {
        Simd256.Store(TReduction.Combine<Simd256, Vector256<float>>(Simd256.Load(lanes), Simd256.Load(lanes + 8)), lanes);
        Simd128.Store(TReduction.Combine<Simd128, Vector128<float>>(Simd128.Load(lanes), Simd128.Load(lanes + 4)), lanes);
        float even = TReduction.Combine<SimdScalar, float>(lanes[0], lanes[2]);
        float odd = TReduction.Combine<SimdScalar, float>(lanes[1], lanes[3]);
        return TReduction.Combine<SimdScalar, float>(even, odd);
    }

    private static float Over<TReduction>(ReadOnlySpan<float> values)
        where TReduction : struct, IReduction
    {
        fixed (float* x = values)
        {
            var kernel = new Kernel<TReduction>(x, values.Length);
            Dispatch.Run(ref kernel);
            return kernel.Result;
        }
    }

    private struct Kernel<TReduction>(float* values, int length) : IKernel
        where TReduction : struct, IReduction
    {
        private readonly float* _values = values;
        private readonly int _length = length;

        public float Result { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* scratch = stackalloc float[Scratch];
            Result = Over<TReduction, TSimd, TVec>(_values, _length, scratch);
        }
    }
}
