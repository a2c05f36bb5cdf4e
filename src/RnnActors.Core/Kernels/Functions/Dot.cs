using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>Σ a[i]·b[i] in the sixteen lanes of <see cref="Reduce"/>, each accumulated with fused multiply-add: the same bits at every width.</summary>
public static unsafe class Dot
{
    /// <param name="a">(n).</param>
    /// <param name="b">(n).</param>
    public static float Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        fixed (float* x = a, y = b)
        {
            var kernel = new Kernel(x, y, a.Length);
            Dispatch.Run(ref kernel);
            return kernel.Result;
        }
    }

    private struct Kernel(float* a, float* b, int length) : IKernel
    {
        public float Result { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* lanes = stackalloc float[Reduce.Lanes], ends = stackalloc float[2 * Reduce.Lanes];
            int whole = length & -Reduce.Lanes;
            Reduce.PadEnd(a + whole, length - whole, 0, ends);
            Reduce.PadEnd(b + whole, length - whole, 0, ends + Reduce.Lanes);
            for (int group = 0; group < Reduce.Lanes; group += TSimd.Count)
            {
                TVec sum = TSimd.Set(0);
                for (int i = group; i < whole; i += Reduce.Lanes) sum = TSimd.Fma(TSimd.Load(a + i), TSimd.Load(b + i), sum);
                TSimd.Store(TSimd.Fma(TSimd.Load(ends + group), TSimd.Load(ends + Reduce.Lanes + group), sum), lanes + group);
            }

            Result = Reduce.Tree<SumReduction>(lanes);
        }
    }
}
