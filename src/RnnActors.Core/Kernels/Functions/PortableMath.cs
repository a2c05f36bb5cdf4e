using System.Runtime.CompilerServices;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>
/// Functions in double from +, -, ·, / and the bits of numbers alone, accurate to a few ulp. The platform's own functions differ between platforms; these give
/// the same bits on all. They serve schedules, initial values and data preparation, not inner loops, so each is a plain series on a reduced argument.
/// </summary>
public static class PortableMath
{
    /// <summary>The largest magnitude that <see cref="Sin"/> and <see cref="Cos"/> accept. Beyond it the argument cannot be reduced exactly enough.</summary>
    public const double MaxAngle = 1 << 20;

    /// <summary>ln 2 in two parts, of which the first ends in 21 zero bits: its product with an exponent is exact.</summary>
    internal const double Ln2High = 0.69314718036912382;
    internal const double Ln2Low = 1.9082149292705877e-10;

    /// <summary>π/2 in three parts, of which the first two have 33 bits each: their products with up to 2²⁰ quarters are exact.</summary>
    internal const double HalfPiHigh = 1.5707963267341256;
    internal const double HalfPiMiddle = 6.0771005063039660e-11;
    internal const double HalfPiLow = 2.0222662487959506e-21;

    internal const double TwoOverPi = 0.63661977236758134;

    /// <summary>√2: larger significands are halved, so that their logarithms are small.</summary>
    internal const double RootOfTwo = 1.4142135623730951;

    private const double Log2E = 1.4426950408889634;

    /// <summary>2/k for k = 25, 23 … 3.</summary>
    internal static ReadOnlySpan<double> ArtanhSeries =>
        [2.0 / 25, 2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3];

    /// <summary>eˣ. Below 2⁻¹⁰²² the result is flushed to zero.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.78271289338397) return double.PositiveInfinity;
        if (x < -708.39641853226408) return 0;
        int n = (int)Nearest(x * Log2E);
        double r = x - (n * Ln2High) - (n * Ln2Low);
        double sum = 1;
        for (int k = 14; k >= 1; k--) sum = 1 + (sum * r / k);
        int half = n / 2;
        return sum * Pow2(half) * Pow2(n - half);
    }

    /// <summary>ln x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x)) return x;
        int e = 0;
        if (x < 2.2250738585072014e-308) (x, e) = (x * Pow2(54), -54);
        long bits = BitConverter.DoubleToInt64Bits(x);
        e += (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (m > RootOfTwo) (m, e) = (m / 2, e + 1);

        // ln m = 2·artanh(s) = 2(s + s³/3 + s⁵/5 + …) for s = f / (2 + f), and 2s = f - s·f, so that f itself stays unrounded.
        double f = m - 1;
        double s = f / (2 + f);
        double s2 = s * s;
        double series = 0;
        foreach (double coefficient in ArtanhSeries) series = (series + coefficient) * s2;
        return (e * Ln2High) + (f - (s * (f - series) - (e * Ln2Low)));
    }

    /// <summary>ln(1 + x), accurate for small x: the logarithm of the rounded 1 + x, corrected by the rounding error (Kahan).</summary>
    public static double Log1p(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : double.IsInfinity(sum) ? Log(sum) : Log(sum) * (x / (sum - 1));
    }

    /// <summary>The sine of <paramref name="x"/> in radians, |x| ≤ <see cref="MaxAngle"/>; NaN beyond.</summary>
    public static double Sin(double x) => Quadrant(x, 0);

    /// <summary>The cosine of <paramref name="x"/> in radians, |x| ≤ <see cref="MaxAngle"/>; NaN beyond.</summary>
    public static double Cos(double x) => Quadrant(x, 1);

    /// <summary>x to an integer power by repeated squaring and multiplication.</summary>
    public static double Pow(double x, long exponent)
    {
        if (exponent < 0) return 1 / Pow(x, -exponent);
        double power = 1;
        for (double square = x; exponent > 0; exponent >>= 1, square *= square)
            if ((exponent & 1) != 0) power *= square;
        return power;
    }

    /// <summary>sin(x + shift·π/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Quadrant(double x, int shift)
    {
        if (!(Math.Abs(x) <= MaxAngle)) return double.NaN;
        double n = Nearest(x * TwoOverPi);
        double r = x - (n * HalfPiHigh) - (n * HalfPiMiddle) - (n * HalfPiLow);
        int quadrant = ((int)n + shift) & 3;
        double value = (quadrant & 1) == 0 ? SinSeries(r) : CosSeries(r);
        return (quadrant & 2) == 0 ? value : -value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double SinSeries(double r)
    {
        double r2 = r * r, sum = 0;
        for (int k = 18; k >= 2; k -= 2) sum = (1 + sum) * -r2 / (k * (k + 1));
        return r + (r * sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double CosSeries(double r)
    {
        double r2 = r * r, sum = 0;
        for (int k = 17; k >= 3; k -= 2) sum = (1 + sum) * -r2 / (k * (k + 1));
        return 1 - (r2 / 2 * (1 + sum));
    }

    /// <summary>The nearest integer, ties away from zero: a comparison and an exact conversion.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Nearest(double x) => (long)(x < 0 ? x - 0.5 : x + 0.5);

    private static double Pow2(int n) => BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);
}
