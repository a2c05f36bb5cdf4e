namespace RnnActors.Core.Kernels.Functions;

/// <summary>
/// The gamma function and its relatives for arguments above 0, from +, -, ·, / and <see cref="PortableMath"/> alone: the same bits on all machines.
/// Stirling's series (Abramowitz and Stegun 6.1.40 and 6.3.18); small arguments are first raised by recurrence.
/// </summary>
public static class PortableGamma
{
    internal const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>From here on the series are accurate to the last bits.</summary>
    private const double Large = 10;

    private const int MaxTerms = 20_000;

    /// <summary>B(2k) / (2k·(2k - 1)) for k = 1, 2 … 7.</summary>
    private static ReadOnlySpan<double> LogSeries => [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156];

    /// <summary>B(2k) / 2k for k = 1, 2 … 7.</summary>
    private static ReadOnlySpan<double> SlopeSeries => [1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12];

    /// <summary>ln Γ(x); NaN where x is not above 0.</summary>
    public static double LogGamma(double x)
    {
        if (!(x > 0)) return double.NaN;
        double product = 1;
        for (; x < Large; x++) product *= x;
        return ((x - 0.5) * PortableMath.Log(x)) - x + HalfLogTwoPi + LogRest(x) - PortableMath.Log(product);
    }

    /// <summary>ψ(x), the derivative of ln Γ; NaN where x is not above 0.</summary>
    public static double Digamma(double x)
    {
        if (!(x > 0)) return double.NaN;
        double below = 0;
        for (; x < Large; x++) below += 1 / x;
        return PortableMath.Log(x) + SlopeRest(x) - below;
    }

    /// <summary>ln(Γ(x + d) / (Γ(x)·xᵈ)) for d ≥ 0. It is near 0 for large x, where the difference of two <see cref="LogGamma"/> would cancel.</summary>
    public static double LogRising(double x, double d) => x < Large
        ? LogGamma(x + d) - LogGamma(x) - (d * PortableMath.Log(x))
        : ((x + d - 0.5) * PortableMath.Log1p(d / x)) - d + (LogRest(x + d) - LogRest(x));

    /// <summary>ψ(x + d) - ψ(x) for d ≥ 0, without cancellation for large x.</summary>
    public static double DigammaDifference(double x, double d) => x < Large
        ? Digamma(x + d) - Digamma(x)
        : PortableMath.Log1p(d / x) + (SlopeRest(x + d) - SlopeRest(x));

    /// <summary>The regularized incomplete beta function I(x; a, b) by Lentz's continued fraction (Press et al., Numerical Recipes 6.4).</summary>
    /// <param name="y">1 - x, at its own precision.</param>
    public static double RegularizedBeta(double a, double b, double x, double y)
    {
        if (double.IsNaN(a + b + x + y)) return double.NaN;
        if (x <= 0) return 0;
        if (y <= 0) return 1;
        if (x > (a + 1) / (a + b + 2)) return 1 - RegularizedBeta(b, a, y, x, isTurned: true);
        return RegularizedBeta(a, b, x, y, isTurned: false);
    }

    private static double RegularizedBeta(double a, double b, double x, double y, bool isTurned)
    {
        // Γ(a + b) / Γ(a) of the larger of the two, so that the difference does not cancel. A complement that is exactly 0 needs no fraction.
        if (isTurned && x <= 0) return 0;
        (double large, double small) = a > b ? (a, b) : (b, a);
        double beta = LogGamma(small) - LogRising(large, small) - (small * PortableMath.Log(large));
        double front = PortableMath.Exp((a * LogOf(x, y)) + (b * LogOf(y, x)) - beta);
        return front * Fraction(a, b, x) / a;
    }

    /// <summary>ln x, computed from <paramref name="rest"/> = 1 - x where x is near 1.</summary>
    private static double LogOf(double x, double rest) => rest < 0.5 ? PortableMath.Log1p(-rest) : PortableMath.Log(x);

    private static double Fraction(double a, double b, double x)
    {
        const double Tiny = 1e-300, Enough = 1e-15;
        double c = 1, d = 1 / Apart(1 - ((a + b) * x / (a + 1))), value = d;
        for (int m = 1; m <= MaxTerms; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Apart(1 + (even * d));
            c = Apart(1 + (even / c));
            value *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Apart(1 + (odd * d));
            c = Apart(1 + (odd / c));
            value *= c * d;
            if (Math.Abs((c * d) - 1) < Enough) break;
        }

        return value;

        static double Apart(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }

    /// <summary>ln Γ(x) - ((x - ½)·ln x - x + ½·ln 2π).</summary>
    private static double LogRest(double x) => Series(LogSeries, 1 / (x * x)) / x;

    /// <summary>ψ(x) - ln x.</summary>
    private static double SlopeRest(double x) => (-0.5 / x) - (Series(SlopeSeries, 1 / (x * x)) / (x * x));

    private static double Series(ReadOnlySpan<double> coefficients, double x)
    {
        double sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--) sum = (sum * x) + coefficients[i];
        return sum;
    }
}
