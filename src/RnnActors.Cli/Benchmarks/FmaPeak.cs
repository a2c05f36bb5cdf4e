using System.Diagnostics;
using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Cli.Benchmarks;

/// <summary>The peak of a core: independent chains of fused multiply-adds in registers. Products are measured against it.</summary>
internal static class FmaPeak
{
    /// <summary>Two units with a latency of four cycles need eight chains; twelve, with both operands, fill the registers of AVX2.</summary>
    private const int Chains = 12;

    /// <summary>Runs the chains at the width in use.</summary>
    /// <param name="length">Multiply-adds of each chain.</param>
    /// <returns>The number of floating-point operations: two for each multiply-add and lane.</returns>
    public static double Run(int length)
    {
        var kernel = new Kernel(length);
        Dispatch.Run(ref kernel);
        Debug.Assert(kernel.Result is >= Chains and <= 2 * Chains, "Every chain runs from 1 towards 2.");
        return 2.0 * Chains * kernel.Lanes * length;
    }

    private struct Kernel(int length) : IKernel
    {
        public int Lanes { get; private set; }

        /// <summary>The sum of the chains' first lanes: 24 after many multiply-adds.</summary>
        public float Result { get; private set; }

        /// <summary>Each chain computes x ← x/2 + 1, which converges to 2, far from denormals and infinities.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            Lanes = TSimd.Count;
            TVec half = TSimd.Set(0.5f), one = TSimd.Set(1);
            TVec x0 = one, x1 = one, x2 = one, x3 = one, x4 = one, x5 = one, x6 = one, x7 = one, x8 = one, x9 = one, xA = one, xB = one;
            for (int i = 0; i < length; i++)
            {
                x0 = TSimd.Fma(x0, half, one);
                x1 = TSimd.Fma(x1, half, one);
                x2 = TSimd.Fma(x2, half, one);
                x3 = TSimd.Fma(x3, half, one);
                x4 = TSimd.Fma(x4, half, one);
                x5 = TSimd.Fma(x5, half, one);
                x6 = TSimd.Fma(x6, half, one);
                x7 = TSimd.Fma(x7, half, one);
                x8 = TSimd.Fma(x8, half, one);
                x9 = TSimd.Fma(x9, half, one);
                xA = TSimd.Fma(xA, half, one);
                xB = TSimd.Fma(xB, half, one);
            }

            // The results are used, so that the compiler cannot remove a chain.
            TVec sum = TSimd.Add(TSimd.Add(TSimd.Add(x0, x1), TSimd.Add(x2, x3)), TSimd.Add(TSimd.Add(x4, x5), TSimd.Add(x6, x7)));
            Result = TSimd.ToScalar(TSimd.Add(sum, TSimd.Add(TSimd.Add(x8, x9), TSimd.Add(xA, xB))));
        }
    }
}
