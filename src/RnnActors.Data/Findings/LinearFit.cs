namespace RnnActors.Data.Findings;

/// <summary>How much of one column's variance a linear function of another leaves unexplained.</summary>
public static class LinearFit
{
    /// <summary>The minimum number of pairs; fewer prove nothing.</summary>
    public const int MinPairs = 20;

    /// <summary>The share of y's variance that the best a·x + b leaves unexplained: 1 - r². Pairs with NaN are ignored.</summary>
    /// <returns>1 for fewer than <see cref="MinPairs"/> pairs, or if x or y is constant in them.</returns>
    public static double Unexplained(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        int pairs = 0;
        double meanX = 0, meanY = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsFinite(x[i]) || !double.IsFinite(y[i])) continue;
            pairs++;
            meanX += x[i];
            meanY += y[i];
        }

        if (pairs < MinPairs) return 1;
        (meanX, meanY) = (meanX / pairs, meanY / pairs);
        double xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsFinite(x[i]) || !double.IsFinite(y[i])) continue;
            double dx = x[i] - meanX, dy = y[i] - meanY;
            (xx, yy, xy) = (xx + (dx * dx), yy + (dy * dy), xy + (dx * dy));
        }

        return xx <= 0 || yy <= 0 ? 1 : Math.Max(0, 1 - (xy / xx * (xy / yy)));
    }
}
