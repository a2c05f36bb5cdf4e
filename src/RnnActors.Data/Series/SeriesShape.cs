namespace RnnActors.Data.Series;

/// <summary>
/// Whether a series wanders: it has a trend, level shifts or a random walk. Its last value then predicts the next one better than its mean, and windows should
/// be normalised by their last value. A season alone does not count as wandering.
/// </summary>
/// <param name="Count">The number of known values.</param>
/// <param name="DifferenceRatio">
/// The mean squared first difference over the variance (von Neumann 1941): about 2 for noise, near 0 for a random walk or a slow wave.
/// </param>
/// <param name="MeanShift">The mean of the last quarter minus that of the values before, in standard deviations of these.</param>
/// <param name="Kpss">
/// The KPSS statistic η = Σ S(t)² / (n² s²), large for a series without a fixed level (Kwiatkowski, Phillips, Schmidt and Shin 1992). S are the cumulative sums
/// of the values minus their mean. s² is the long-run variance by Bartlett's weights up to lag 12 (n/100)^¼.
/// </param>
public sealed record SeriesShape(int Count, double DifferenceRatio, double MeanShift, double Kpss)
{
    /// <summary>The critical value at 5 %: η exceeds it for 5 % of the series with a fixed level.</summary>
    public const double KpssLimit = 0.463;

    /// <summary>The shift, in standard deviations, from which it matters; in a long series the test finds much smaller ones.</summary>
    private const double ShiftThatMatters = 0.5;

    /// <summary>The difference ratio below which neighbouring values are so close that the last value predicts better than the mean.</summary>
    private const double RatioThatMatters = 0.5;

    private const int MinValues = 8;

    /// <summary>No fixed level by η, and by enough to matter: the mean has shifted, or neighbouring values are close.</summary>
    public bool Wanders => Kpss > KpssLimit && (Math.Abs(MeanShift) > ShiftThatMatters || DifferenceRatio < RatioThatMatters);

    /// <param name="series">The training values, NaN where missing. If they are too few or constant, all figures are 0 and the series does not wander.</param>
    public static SeriesShape Of(ReadOnlySpan<double> series)
    {
        List<double> known = [];
        double differences = 0;
        int pairs = 0;
        for (int t = 0; t < series.Length; t++)
        {
            if (double.IsNaN(series[t])) continue;
            known.Add(series[t]);
            if (t == 0 || double.IsNaN(series[t - 1])) continue;
            double difference = series[t] - series[t - 1];
            differences += difference * difference;
            pairs++;
        }

        double[] values = [.. known];
        int n = values.Length;
        double mean = Mean(values), variance = Covariance(values, mean, 0);

        // A variance of rounding errors counts as 0.
        if (n < MinValues || !(variance > 1e-24 * mean * mean)) return new(n, 0, 0, 0);
        return new(n, pairs == 0 ? 0 : differences / pairs / variance, Shift(values), Eta(values, mean, variance));
    }

    private static double Shift(double[] values)
    {
        int split = values.Length - (values.Length / 4);
        double[] before = values[..split];
        double mean = Mean(before), shift = Mean(values[split..]) - mean;
        double deviation = Math.Sqrt(Covariance(before, mean, 0));
        return shift == 0 ? 0 : shift / deviation; // infinite after a constant
    }

    private static double Eta(double[] values, double mean, double variance)
    {
        int n = values.Length, lags = Math.Min(n - 1, (int)(12 * Math.Sqrt(Math.Sqrt(n / 100.0))));
        double longRun = variance, sum = 0, squares = 0;
        for (int lag = 1; lag <= lags; lag++) longRun += 2 * (1 - (lag / (lags + 1.0))) * Covariance(values, mean, lag);
        foreach (double value in values)
        {
            sum += value - mean;
            squares += sum * sum;
        }

        // Bartlett's weights give no negative variance, but rounding might. A series whose variance cancels out has a level.
        return longRun > 1e-9 * variance ? squares / n / n / longRun : 0;
    }

    private static double Covariance(double[] values, double mean, int lag)
    {
        double sum = 0;
        for (int t = lag; t < values.Length; t++) sum += (values[t] - mean) * (values[t - lag] - mean);
        return sum / values.Length;
    }

    private static double Mean(double[] values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Length;
    }
}
