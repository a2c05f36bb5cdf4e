using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>
/// σ(x) = 1 / (1 + e⁻ˣ), with e⁻ˣ = 2ⁿ·e⁻ʳ, n the nearest integer to -x / ln 2 and r = x + n·ln 2 in ±½ ln 2. There e⁻ʳ is the minimax polynomial of degree
/// five (relative error 1e-7, Remez's exchange). The exponential is not rounded before 1 is added.
/// </summary>
/// <remarks>
/// Error at most 3.51 ulp. Results below 2⁻¹²⁶ are flushed to zero, as in <see cref="Exp"/>. σ(-∞) = 0, σ(∞) = 1, NaN stays NaN.
/// </remarks>
public readonly struct Sigmoid : IUnaryOperator
{
    /// <summary>From here on the result rounds to 1.</summary>
    private const float Saturation = 17;

    /// <summary>The smallest float whose sigmoid is at least 2⁻¹²⁶.</summary>
    private const float Underflow = -87.33654f;

    /// <summary>Applies it to each value, at the vector width in use and with the same bits at every width.</summary>
    /// <param name="destination">As long as <paramref name="source"/>; may be the same memory.</param>
    public static void Apply(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Sigmoid>(source, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        TVec one = TSimd.Set(1);
        TVec z = TSimd.SelectLess(TSimd.Set(Saturation), x, TSimd.Set(Saturation), x);
        TVec n = TSimd.Round(TSimd.Multiply(z, TSimd.Set(-Exp.Log2E)));
        TVec r = TSimd.Fma(n, TSimd.Set(Exp.Ln2High), z);
        r = TSimd.Fma(n, TSimd.Set(Exp.Ln2Low), r);

        TVec p = TSimd.Fma(TSimd.Set(-0.00831252802f), r, TSimd.Set(0.0418901145f));
        p = TSimd.Fma(p, r, TSimd.Set(-0.166671142f));
        p = TSimd.Fma(p, r, TSimd.Set(0.499992311f));
        p = TSimd.Fma(p, r, TSimd.Set(-1));
        p = TSimd.Fma(p, r, one);

        TVec y = TSimd.Divide(one, TSimd.Fma(p, TSimd.Pow2(n), one));
        return TSimd.SelectLess(x, TSimd.Set(Underflow), TSimd.Set(0), y);
    }
}

/// <summary>dy·y(1 - y): the gradient through y = σ(x).</summary>
internal readonly struct SigmoidGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec y, TVec gradient)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.Multiply(gradient, TSimd.Multiply(y, TSimd.Subtract(TSimd.Set(1), y)));
}
