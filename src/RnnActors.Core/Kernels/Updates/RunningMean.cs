using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Updates;

/// <summary>m ← m + w(x - m), with a fused multiply-add. With w = 1/n for the n-th x, m is the running mean.</summary>
internal static class RunningMean
{
    /// <param name="mean">(n).</param>
    /// <param name="values">(n).</param>
    /// <param name="weight">w, the weight of the new values; 1 replaces the mean by them, whatever it was.</param>
    public static void Add(Span<float> mean, ReadOnlySpan<float> values, float weight)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, mean.Length);
        if (weight == 1) values.CopyTo(mean);
        else ParameterUpdate.Run(new Rule(weight), mean, values, default, default, scale: 1, limit: float.PositiveInfinity);
    }

    /// <summary>Reuses the optimisers' loop: the mean as the parameter, the new values as its gradient.</summary>
    private readonly struct Rule(float weight) : IUpdateRule
    {
        public static int Moments => 0;

        public void Apply<TSimd, TVec>(ref TVec parameter, TVec gradient, ref TVec first, ref TVec second)
            where TSimd : ISimd<TVec>
            where TVec : struct =>
            parameter = TSimd.Fma(TSimd.Set(weight), TSimd.Subtract(gradient, parameter), parameter);
    }
}
