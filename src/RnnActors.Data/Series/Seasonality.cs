using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Data.Series;

/// <summary>
/// Detects the season of a series: the lag m with a high autocorrelation r of the detrended series. The trend is its centred moving average over m values, as
/// in the classical decomposition. A season must pass the test of the M4 competition, Bartlett's limit at 90 %: r(m) &gt; 1.645 √((1 + 2 Σ r(i)², i &lt; m) /
/// n). It must also be significant among all lags tried: r(m) &gt; z √(1 / n), with z the normal quantile of 1 - 0.05/lags.
/// </summary>
public static class Seasonality
{
    /// <summary>How many seasons a series must have, if no candidates are given.</summary>
    private const int MinSeasons = 3;

    /// <summary>
    /// In a search among all lags, the autocorrelation after two seasons must be at least this share of that after one. Chance cycles of a random walk fade.
    /// </summary>
    private const double Persistence = 0.7;

    /// <summary>The significance level: the one-sided share of series without a season in which one may be found.</summary>
    private const double Chance = 0.05;

    /// <summary>A shorter season is preferred to a longer one (such as its double) if its autocorrelation is lower by at most this much.</summary>
    private const double Preference = 0.05;

    /// <summary>The length of the season; null if there is none.</summary>
    /// <param name="series">NaN where a value is missing.</param>
    /// <param name="candidates">
    /// Possible lengths, such as 24 and 168 for hourly data; a length that does not fit into the series twice is skipped. Empty for every length from 2 to a
    /// third of the series. The season must then be a peak of the autocorrelation that recurs after two seasons; the time is quadratic in the length of the
    /// series.
    /// </param>
    public static int? Find(ReadOnlySpan<double> series, IReadOnlyList<int> candidates)
    {
        bool isSearch = candidates.Count == 0;
        int[] seasons = isSearch
            ? [.. Enumerable.Range(2, Math.Max(0, (series.Length / MinSeasons) - 1))]
            : [.. candidates.Where(m => m > 1).Distinct().Order()];
        double quantile = NormalQuantile(Chance / Math.Max(1, seasons.Length));
        double[] values = Centred(series);
        List<(int Season, double Strength, double Error)> found = [];
        foreach (int m in seasons)
        {
            if (2 * m >= series.Length) break;
            // A moving average over 2 values shares one with the average at t - 2, which alone gives noise an autocorrelation of 1/6.
            double[] detrended = Detrended(values, m == 2 ? 8 : m);
            (double strength, int pairs) = Correlation(detrended, m);
            if (!(strength > quantile * Math.Sqrt(1.0 / pairs)) || !IsPeak(detrended, m, strength, isSearch)) continue;
            if (!(strength > NormalQuantile(Chance) * Math.Sqrt(Bartlett(detrended, m) / pairs))) continue;
            found.Add((m, strength, (1 - (strength * strength)) / Math.Sqrt(pairs)));
        }

        if (found.Count == 0) return null;
        (_, double strongest, double error) = found.MaxBy(candidate => candidate.Strength);
        double enough = strongest - Math.Max(Preference, 2 * error);
        return found.First(candidate => candidate.Strength >= enough).Season;
    }

    /// <summary>
    /// Whether lag m is a peak of the autocorrelation. A slow series has a high autocorrelation at every short lag, also at m / 2; a season has a clearly lower
    /// one there. The lag tested is just above the half: within half of the moving average, detrended noise has a negative autocorrelation. A search among all
    /// lags also requires a peak that recurs. So neither a neighbour of the season nor a chance cycle is taken for it.
    /// </summary>
    private static bool IsPeak(double[] values, int m, double strength, bool isSearch)
    {
        (double half, int pairs) = Correlation(values, m == 2 ? 1 : (m / 2) + 1);
        if (half + (NormalQuantile(Chance) * Math.Sqrt(2.0 / pairs)) > strength) return false;
        return !isSearch || (Correlation(values, m - 1).Value <= strength && !(Correlation(values, m + 1).Value > strength)
            && Correlation(values, 2 * m).Value > Persistence * strength);
    }

    private static double Bartlett(double[] values, int m)
    {
        double sum = 1;
        for (int lag = 1; lag < m; lag++)
        {
            double r = Correlation(values, lag).Value;
            sum += 2 * r * r;
        }

        return sum;
    }

    /// <summary>The autocorrelation Σ x(t) x(t - lag) / √(Σ x(t)² · Σ x(t - lag)²) over the known pairs; NaN if there are none.</summary>
    private static (double Value, int Pairs) Correlation(double[] values, int lag)
    {
        double product = 0, square = 0, laggedSquare = 0;
        int pairs = 0;
        for (int t = lag; t < values.Length; t++)
        {
            double x = values[t], lagged = values[t - lag];
            if (double.IsNaN(x) || double.IsNaN(lagged)) continue;
            product += x * lagged;
            square += x * x;
            laggedSquare += lagged * lagged;
            pairs++;
        }

        return (product / Math.Sqrt(square * laggedSquare), pairs);
    }

    /// <summary>The values minus their mean, so that the running sums of <see cref="Detrended"/> lose little precision.</summary>
    private static double[] Centred(ReadOnlySpan<double> series)
    {
        double sum = 0;
        int known = 0;
        foreach (double value in series)
        {
            if (double.IsNaN(value)) continue;
            sum += value;
            known++;
        }

        double[] centred = series.ToArray();
        for (int t = 0; t < centred.Length; t++) centred[t] -= sum / known;
        return centred;
    }

    /// <summary>
    /// The values minus their centred moving average over m values; for even m the two outermost count half. NaN at both ends, where the window is incomplete.
    /// Missing values are left out of the average. What rounding leaves of a pure trend is set to 0.
    /// </summary>
    private static double[] Detrended(double[] values, int m)
    {
        double[] sums = new double[values.Length + 1], detrended = new double[values.Length];
        int[] counts = new int[values.Length + 1];
        double largest = 0;
        for (int t = 0; t < values.Length; t++)
        {
            bool known = !double.IsNaN(values[t]);
            sums[t + 1] = sums[t] + (known ? values[t] : 0);
            counts[t + 1] = counts[t] + (known ? 1 : 0);
            largest = Math.Max(largest, Math.Abs(sums[t + 1]));
            if (known) largest = Math.Max(largest, Math.Abs(values[t]));
        }

        Array.Fill(detrended, double.NaN);
        int left = m / 2, shorter = 1 - (m % 2);
        for (int t = left; t + left < values.Length; t++)
        {
            // The windows of m values that begin at t - left, and for even m one later.
            int first = t - left, second = first + shorter;
            double sum = sums[first + m] - sums[first] + (sums[second + m] - sums[second]);
            int count = counts[first + m] - counts[first] + (counts[second + m] - counts[second]);
            double rest = values[t] - (sum / count);
            detrended[t] = Math.Abs(rest) <= 1e-12 * largest ? 0 : rest;
        }

        return detrended;
    }

    /// <summary>The z that a standard normal value exceeds with the given probability, at most ½, within 4.5·10⁻⁴ (Abramowitz and Stegun 26.2.23).</summary>
    private static double NormalQuantile(double probability)
    {
        double t = Math.Sqrt(-2 * PortableMath.Log(probability));
        double above = 2.515517 + (t * (0.802853 + (t * 0.010328)));
        double below = 1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))));
        return t - (above / below);
    }
}
