using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Updates;

/// <summary>p ← p - η(g + λp).</summary>
internal readonly struct SgdRule(float learningRate, float weightDecay) : IUpdateRule
{
    private readonly float _negativeRate = -learningRate;
    private readonly float _weightDecay = weightDecay;

    public static int Moments => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TSimd, TVec>(ref TVec parameter, TVec gradient, ref TVec first, ref TVec second)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        TVec g = TSimd.Fma(TSimd.Set(_weightDecay), parameter, gradient);
        parameter = TSimd.Fma(TSimd.Set(_negativeRate), g, parameter);
    }
}

/// <summary>b ← μb + g + λp; p ← p - ηb, or with Nesterov's momentum p ← p - η(g + λp + μb).</summary>
internal readonly struct MomentumRule(float learningRate, float momentum, bool nesterov, float weightDecay) : IUpdateRule
{
    private readonly float _negativeRate = -learningRate;
    private readonly float _momentum = momentum;
    private readonly bool _nesterov = nesterov;
    private readonly float _weightDecay = weightDecay;

    public static int Moments => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TSimd, TVec>(ref TVec parameter, TVec gradient, ref TVec first, ref TVec second)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        TVec momentum = TSimd.Set(_momentum);
        TVec g = TSimd.Fma(TSimd.Set(_weightDecay), parameter, gradient);
        first = TSimd.Fma(momentum, first, g);
        TVec step = _nesterov ? TSimd.Fma(momentum, first, g) : first;
        parameter = TSimd.Fma(TSimd.Set(_negativeRate), step, parameter);
    }
}
