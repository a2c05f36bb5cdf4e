using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>
/// eˣ = 2ⁿ·eʳ with n = ⌊x / ln 2⌋ and r = x - n·ln 2 in [0, ln 2). There eʳ = 1 + r + r²·P(r), where P is the minimax polynomial of degree four (relative
/// error 3e-9, Remez's exchange). Rounding n down, not to the nearest, keeps 2ⁿ a normal float over the whole range.
/// </summary>
/// <remarks>
/// Error at most 1.57 ulp. Results below 2⁻¹²⁶ are flushed to zero: a softmax gains nothing from denormals, and they are slow on some machines.
/// e^∞ = ∞, e^-∞ = 0, NaN stays NaN.
/// </remarks>
public readonly struct Exp : IUnaryOperator
{
    /// <summary>The largest float whose exponential is finite.</summary>
    private const float Overflow = 88.722832f;

    /// <summary>The smallest float whose exponential is at least 2⁻¹²⁶.</summary>
    private const float Underflow = -87.33654f;

    internal const float Log2E = 1.4426950f;

    /// <summary>ln 2 in two parts; the first has 9 bits, so its product with n is exact.</summary>
    internal const float Ln2High = 0.693359375f;
    internal const float Ln2Low = -2.12194440e-4f;

    /// <summary>Applies it to each value, at the vector width in use and with the same bits at every width.</summary>
    /// <param name="destination">As long as <paramref name="source"/>; may be the same memory.</param>
    public static void Apply(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Exp>(source, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        TVec one = TSimd.Set(1);
        TVec n = TSimd.Round(TSimd.Fma(x, TSimd.Set(Log2E), TSimd.Set(-0.5f)));
        TVec r = TSimd.Fma(n, TSimd.Set(-Ln2High), x);
        r = TSimd.Fma(n, TSimd.Set(-Ln2Low), r);

        TVec p = TSimd.Fma(TSimd.Set(0.00191249477f), r, TSimd.Set(0.00786841381f));
        p = TSimd.Fma(p, r, TSimd.Set(0.0418549888f));
        p = TSimd.Fma(p, r, TSimd.Set(0.166631907f));
        p = TSimd.Fma(p, r, TSimd.Set(0.500002265f));
        p = TSimd.Fma(p, r, one);
        p = TSimd.Fma(p, r, one);

        TVec y = TSimd.Multiply(p, TSimd.Pow2(n));
        y = TSimd.SelectLess(TSimd.Set(Overflow), x, TSimd.Set(float.PositiveInfinity), y);
        return TSimd.SelectLess(x, TSimd.Set(Underflow), TSimd.Set(0), y);
    }
}
