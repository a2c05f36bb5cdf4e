using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Updates;

/// <summary>m ← m + w(x - m), the product and the outer sum fused. With w = 1/n for the n-th x it is the mean, in order.</summary>
internal static unsafe class RunningMean
{
    /// <param name="mean">(n).</param>
    /// <param name="values">(n).</param>
    /// <param name="weight">w, of the new values; 1 replaces the mean by them, whatever it was.</param>
    public static void Add(Span<float> mean, ReadOnlySpan<float> values, float weight)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, mean.Length);
        if (weight == 1)
        {
            values.CopyTo(mean);
            return;
        }

        fixed (float* m = mean, x = values)
        {
            var kernel = new Kernel(m, x, mean.Length, weight);
            Dispatch.Run(ref kernel);
        }
    }

    private readonly struct Kernel(float* mean, float* values, int length, float weight) : IKernel
    {
        private readonly float* _mean = mean;
        private readonly float* _values = values;
        private readonly int _length = length;
        private readonly float _weight = weight;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            int i = 0;
            for (; i <= _length - TSimd.Count; i += TSimd.Count) Update<TSimd, TVec>(i);
            for (; i < _length; i++) Update<SimdScalar, float>(i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Update<TSimd, TVec>(int i)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec m = TSimd.Load(_mean + i);
            TSimd.Store(TSimd.Fma(TSimd.Set(_weight), TSimd.Subtract(TSimd.Load(_values + i), m), m), _mean + i);
        }
    }
}
