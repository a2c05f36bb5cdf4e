using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Updates;

/// <summary>
/// p ← p·decay; m ← m + (1 - β₁)(g - m); v ← β₂v + (1 - β₂)g²; p ← p - (η / bias₁)·m / (√v / √bias₂ + ε), with biasᵢ = 1 - βᵢᵗ. The order of operations is
/// PyTorch's, except that the division by √bias₂ is a multiplication by its reciprocal.
/// </summary>
internal readonly struct AdamRule : IUpdateRule
{
    private readonly float _decay;
    private readonly float _oneMinusBeta1;
    private readonly float _beta2;
    private readonly float _oneMinusBeta2;
    private readonly float _epsilon;
    private readonly float _negativeRate;
    private readonly float _rootBias2Inverse;

    /// <param name="step">t, from 1.</param>
    /// <param name="decay">1 for Adam, 1 - ηλ for AdamW.</param>
    public AdamRule(double learningRate, double beta1, double beta2, double epsilon, double decay, long step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        _decay = (float)decay;
        _oneMinusBeta1 = (float)(1 - beta1);
        _beta2 = (float)beta2;
        _oneMinusBeta2 = (float)(1 - beta2);
        _epsilon = (float)epsilon;
        _negativeRate = (float)(-learningRate / (1 - PortableMath.Pow(beta1, step)));
        _rootBias2Inverse = (float)(1 / Math.Sqrt(1 - PortableMath.Pow(beta2, step)));
    }

    public static int Moments => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TSimd, TVec>(ref TVec parameter, TVec gradient, ref TVec first, ref TVec second)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        first = TSimd.Fma(TSimd.Set(_oneMinusBeta1), TSimd.Subtract(gradient, first), first);
        second = TSimd.Fma(TSimd.Multiply(TSimd.Set(_oneMinusBeta2), gradient), gradient, TSimd.Multiply(TSimd.Set(_beta2), second));
        TVec denominator = TSimd.Fma(TSimd.Sqrt(second), TSimd.Set(_rootBias2Inverse), TSimd.Set(_epsilon));
        TVec decayed = TSimd.Multiply(parameter, TSimd.Set(_decay));
        parameter = TSimd.Fma(TSimd.Set(_negativeRate), TSimd.Divide(first, denominator), decayed);
    }
}
