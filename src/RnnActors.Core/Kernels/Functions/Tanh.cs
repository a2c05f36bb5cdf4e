using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>
/// tanh x = h / (h + 1) with h = (e²ˣ - 1) / 2, for |x|; the sign is restored at the end. With n the nearest integer to 2x / ln 2 and u = x - n·½ ln 2 in
/// ±¼ ln 2, e²ˣ = 2ⁿ·e²ᵘ, so h = 2ⁿ·q(u) + (2ⁿ - 1) / 2. Here q(u) = (e²ᵘ - 1) / 2 = u + u²·P(u) is the minimax polynomial of degree six (relative error
/// 1.4e-8, Remez's exchange). Near zero n = 0 and h = q(x), so nothing cancels.
/// </summary>
/// <remarks>Error at most 2.52 ulp, and never beyond ±1. tanh(±0) = ±0, tanh of a denormal is itself, tanh(±∞) = ±1, NaN stays NaN.</remarks>
public readonly struct Tanh : IUnaryOperator
{
    /// <summary>From here on the result rounds to 1.</summary>
    private const float Saturation = 9.5f;

    private const float TwoLog2E = 2 * Exp.Log2E;
    private const float HalfLn2 = 0.34657359f;

    /// <summary>Applies it to each value, at the vector width in use and with the same bits at every width.</summary>
    /// <param name="destination">As long as <paramref name="source"/>; may be the same memory.</param>
    public static void Apply(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Tanh>(source, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        TVec one = TSimd.Set(1);
        TVec a = TSimd.Abs(x);
        a = TSimd.SelectLess(TSimd.Set(Saturation), a, TSimd.Set(Saturation), a);
        TVec n = TSimd.Round(TSimd.Multiply(a, TSimd.Set(TwoLog2E)));
        TVec u = TSimd.Fma(n, TSimd.Set(-HalfLn2), a);

        TVec p = TSimd.Fma(TSimd.Set(0.0446286425f), u, TSimd.Set(0.133865237f));
        p = TSimd.Fma(p, u, TSimd.Set(0.333330244f));
        p = TSimd.Fma(p, u, TSimd.Set(0.666661739f));
        p = TSimd.Fma(p, u, one);
        TVec q = TSimd.Fma(TSimd.Multiply(u, u), p, u);

        TVec s = TSimd.Pow2(n);
        TVec h = TSimd.Fma(s, q, TSimd.Fma(s, TSimd.Set(0.5f), TSimd.Set(-0.5f)));
        return TSimd.CopySign(TSimd.Divide(h, TSimd.Add(h, one)), x);
    }
}

/// <summary>dy·(1 - y²): the gradient through y = tanh x.</summary>
internal readonly struct TanhGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec y, TVec gradient)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.Multiply(gradient, TSimd.Subtract(TSimd.Set(1), TSimd.Multiply(y, y)));
}
