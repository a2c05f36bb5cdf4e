using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Updates;

/// <summary>v ← ρv + (1 - ρ)g²; p ← p - η·g / (√v + ε).</summary>
internal readonly struct RmsPropRule(float learningRate, float rho, float oneMinusRho, float epsilon) : IUpdateRule
{
    private readonly float _negativeRate = -learningRate;
    private readonly float _rho = rho;
    private readonly float _oneMinusRho = oneMinusRho;
    private readonly float _epsilon = epsilon;

    public static int Moments => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TSimd, TVec>(ref TVec parameter, TVec gradient, ref TVec first, ref TVec second)
        where TSimd : ISimd<TVec>
        where TVec : struct =>
        parameter = TSimd.Fma(TSimd.Set(_negativeRate), Normalise<TSimd, TVec>(gradient, ref first), parameter);

    /// <summary>Updates the mean square and divides the gradient by its root.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVec Normalise<TSimd, TVec>(TVec gradient, ref TVec meanSquare)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        meanSquare = TSimd.Fma(TSimd.Multiply(TSimd.Set(_oneMinusRho), gradient), gradient, TSimd.Multiply(TSimd.Set(_rho), meanSquare));
        return TSimd.Divide(gradient, TSimd.Add(TSimd.Sqrt(meanSquare), TSimd.Set(_epsilon)));
    }
}

/// <summary>As <see cref="RmsPropRule"/>, with momentum: b ← μb + g / (√v + ε); p ← p - ηb.</summary>
internal readonly struct RmsPropMomentumRule(RmsPropRule plain, float learningRate, float momentum) : IUpdateRule
{
    private readonly RmsPropRule _plain = plain;
    private readonly float _negativeRate = -learningRate;
    private readonly float _momentum = momentum;

    public static int Moments => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TSimd, TVec>(ref TVec parameter, TVec gradient, ref TVec first, ref TVec second)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        second = TSimd.Fma(TSimd.Set(_momentum), second, _plain.Normalise<TSimd, TVec>(gradient, ref first));
        parameter = TSimd.Fma(TSimd.Set(_negativeRate), second, parameter);
    }
}
