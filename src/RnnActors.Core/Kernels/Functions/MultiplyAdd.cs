using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>y[i] += s·x[i] with fused multiply-add: BLAS's axpy.</summary>
public static unsafe class MultiplyAdd
{
    /// <param name="destination">(n).</param>
    /// <param name="scale">s.</param>
    /// <param name="source">(n).</param>
    public static void Into(Span<float> destination, float scale, ReadOnlySpan<float> source)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, source.Length);
        fixed (float* y = destination, x = source)
        {
            var kernel = new Kernel(y, scale, x, source.Length);
            Dispatch.Run(ref kernel);
        }
    }

    private readonly struct Kernel(float* destination, float scale, float* source, int length) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec s = TSimd.Set(scale);
            int i = 0;
            for (; i <= length - TSimd.Count; i += TSimd.Count) TSimd.Store(TSimd.Fma(s, TSimd.Load(source + i), TSimd.Load(destination + i)), destination + i);
            for (; i < length; i++) destination[i] = SimdScalar.Fma(scale, source[i], destination[i]);
        }
    }
}
