namespace RnnActors.Data.Series;

/// <summary>
/// The states before the first value of a series, by the usual heuristic (Hyndman and Athanasopoulos, Forecasting: Principles and Practice). The trend comes
/// from the means of the first seasons, the indices from the deviations from it. A straight line with a season is found exactly.
/// </summary>
/// <param name="Season">(period), the index of each place in the season; without a season, the single neutral index.</param>
internal sealed record SmoothingStart(double Level, double Trend, double[] Season)
{
    /// <summary>How many values the line is fitted to, unless two seasons have more.</summary>
    private const int Values = 10;

    /// <summary>Rounds of fitting indices and line in turn, for a multiplicative season: the season means of a line times indices are not a line.</summary>
    private const int Rounds = 20;

    /// <param name="series">At least two seasons.</param>
    /// <returns>Null where the form does not fit: an index or the line is not positive under a multiplicative season.</returns>
    public static SmoothingStart? Of(SmoothingForm form, ReadOnlySpan<double> series)
    {
        int m = form.Period;
        int seasons = Math.Min(Math.Max(2, (Values + m - 1) / m), series.Length / m);
        double[] values = Filled(series, m, seasons);
        bool hasTrend = form.Trend != TrendForm.None;
        double[] means = [.. values.Chunk(m).Select(Mean)];

        // The mean of season k belongs to its middle, (m + 1)/2 values after the state before it.
        (double level, double trend) = hasTrend ? Line(means) : (means[0], 0);
        (level, trend) = hasTrend ? (level - (trend / m * (m + 1) / 2), trend / m) : (level, trend);
        if (form.Season == SeasonForm.None) return hasTrend ? new(level, trend, [0]) : new(Mean(means), 0, [0]);

        double[] index = new double[m];
        if (form.Season == SeasonForm.Additive)
        {
            for (int i = 0; i < values.Length; i++) index[i % m] += (values[i] - Base(i)) / seasons;
            return new(level, trend, index);
        }

        for (int round = 0; round < (hasTrend ? Rounds : 1); round++)
        {
            Array.Clear(index);
            for (int i = 0; i < values.Length; i++)
            {
                if (!(Base(i) > 0)) return null;
                index[i % m] += values[i] / Base(i) / seasons;
            }

            double mean = Mean(index);
            for (int place = 0; place < m; place++)
            {
                index[place] /= mean;
                if (!(index[place] > 0)) return null;
            }

            if (!hasTrend) break;
            (level, trend) = Line([.. values.Select((value, i) => value / index[i % m])]);
            level -= trend;
        }

        return new(level, trend, index);

        double Base(int i) => hasTrend ? level + (trend * (i + 1)) : means[i / m];
    }

    /// <summary>The least-squares line through values at 0, 1, 2 …: its value at 0, and its slope.</summary>
    private static (double Start, double Slope) Line(double[] values)
    {
        double middle = (values.Length - 1) / 2.0, mean = Mean(values), product = 0, square = 0;
        for (int i = 0; i < values.Length; i++)
        {
            product += (i - middle) * (values[i] - mean);
            square += (i - middle) * (i - middle);
        }

        double slope = square == 0 ? 0 : product / square;
        return (mean - (slope * middle), slope);
    }

    private static double Mean(double[] values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Length;
    }

    /// <summary>The first seasons. A missing value is replaced by the nearest known one of its place in the season, else by the nearest of all.</summary>
    private static double[] Filled(ReadOnlySpan<double> series, int period, int seasons)
    {
        double[] values = new double[period * seasons];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = series[i];
            for (int d = period; double.IsNaN(values[i]) && d < series.Length; d += period) values[i] = Known(series, i, d);
            for (int d = 1; double.IsNaN(values[i]) && d < series.Length; d++) values[i] = Known(series, i, d);
        }

        return values;
    }

    private static double Known(ReadOnlySpan<double> series, int i, int distance)
    {
        double before = i >= distance ? series[i - distance] : double.NaN;
        if (!double.IsNaN(before)) return before;
        return i + distance < series.Length ? series[i + distance] : double.NaN;
    }
}
