using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>
/// ln x = e·ln 2 + ln m with x = 2ᵉ·m and m in [√½, √2). With f = m - 1, ln m = f - ½f² + f³·P(f), where P is the minimax polynomial of degree eight (relative
/// error 8e-10, Remez's exchange). ln 2 comes in two parts, of which the first is exact when multiplied by e.
/// </summary>
/// <remarks>Error at most 0.9 ulp, denormals included. ln ±0 = -∞, ln ∞ = ∞, NaN for negative numbers.</remarks>
public readonly struct Log : IUnaryOperator
{
    private const float SmallestNormal = 1.17549435e-38f;
    private const float TwoTo23 = 8_388_608;
    private const float Sqrt2 = 1.41421356f;

    /// <summary>Applies it to each value, at the vector width in use and with the same bits at every width.</summary>
    /// <param name="destination">As long as <paramref name="source"/>; may be the same memory.</param>
    public static void Apply(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Log>(source, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        TVec zero = TSimd.Set(0), one = TSimd.Set(1), smallest = TSimd.Set(SmallestNormal);
        TVec normal = TSimd.SelectLess(x, smallest, TSimd.Multiply(x, TSimd.Set(TwoTo23)), x);
        TVec e = TSimd.Add(TSimd.Exponent(normal), TSimd.SelectLess(x, smallest, TSimd.Set(-23), zero));
        TVec m = TSimd.Significand(normal);
        e = TSimd.SelectLess(m, TSimd.Set(Sqrt2), e, TSimd.Add(e, one));
        m = TSimd.SelectLess(m, TSimd.Set(Sqrt2), m, TSimd.Multiply(m, TSimd.Set(0.5f)));
        TVec f = TSimd.Subtract(m, one);

        TVec p = TSimd.Fma(TSimd.Set(0.0674662516f), f, TSimd.Set(-0.116756424f));
        p = TSimd.Fma(p, f, TSimd.Set(0.118881635f));
        p = TSimd.Fma(p, f, TSimd.Set(-0.124055907f));
        p = TSimd.Fma(p, f, TSimd.Set(0.142195523f));
        p = TSimd.Fma(p, f, TSimd.Set(-0.166679963f));
        p = TSimd.Fma(p, f, TSimd.Set(0.200021192f));
        p = TSimd.Fma(p, f, TSimd.Set(-0.250000089f));
        p = TSimd.Fma(p, f, TSimd.Set(0.333333135f));

        TVec f2 = TSimd.Multiply(f, f);
        TVec tail = TSimd.Fma(TSimd.Multiply(f2, f), p, TSimd.Multiply(e, TSimd.Set(Exp.Ln2Low)));
        tail = TSimd.Fma(f2, TSimd.Set(-0.5f), tail);
        TVec y = TSimd.Fma(e, TSimd.Set(Exp.Ln2High), TSimd.Add(f, tail));

        y = TSimd.SelectLess(x, TSimd.Set(float.PositiveInfinity), y, x);
        y = TSimd.SelectLess(x, zero, TSimd.Set(float.NaN), y);
        return TSimd.SelectEqual(x, zero, TSimd.Set(float.NegativeInfinity), y);
    }
}
