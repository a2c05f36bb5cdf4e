namespace RnnActors.Runs.Pictures;

/// <summary>Downsamples a line without changing its look: the first, lowest, highest and last point of each stretch stay. Jugel et al. 2014, M4.</summary>
public static class Thinning
{
    private const int PerStretch = 4;

    /// <summary>Indices of the points that stay, ascending; the ends and the extremes are among them.</summary>
    /// <param name="values">NaN is a gap, and stays where a stretch has nothing else.</param>
    /// <param name="max">The most points that may stay, at least 4.</param>
    public static int[] Choose(ReadOnlySpan<double> values, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, PerStretch);
        if (values.Length <= max) return [.. Enumerable.Range(0, values.Length)];
        List<int> chosen = [];
        int stretches = max / PerStretch;
        for (int stretch = 0; stretch < stretches; stretch++)
        {
            int from = (int)((long)stretch * values.Length / stretches), to = (int)((long)(stretch + 1) * values.Length / stretches);
            int low = -1, high = -1;
            for (int i = from; i < to; i++)
            {
                if (!double.IsFinite(values[i])) continue;
                if (low < 0 || values[i] < values[low]) low = i;
                if (high < 0 || values[i] > values[high]) high = i;
            }

            foreach (int i in new SortedSet<int> { from, low < 0 ? from : low, high < 0 ? from : high, to - 1 }) chosen.Add(i);
        }

        return [.. chosen];
    }

    public static ChartLine Of(ChartLine line, int max)
    {
        if (line.X.Length <= max) return line;
        int[] chosen = Choose(line.Y, max);
        return line with { X = [.. chosen.Select(i => line.X[i])], Y = [.. chosen.Select(i => line.Y[i])] };
    }

    /// <summary>Downsamples a band: of each stretch its lowest and its highest bound.</summary>
    public static ChartBand Of(ChartBand band, int max)
    {
        int count = band.X.Length;
        if (count <= max) return band;
        double[] x = new double[max], lower = new double[max], upper = new double[max];
        for (int stretch = 0; stretch < max; stretch++)
        {
            int from = (int)((long)stretch * count / max), to = (int)((long)(stretch + 1) * count / max);
            // The first and the last point keep their x.
            x[stretch] = stretch == 0 ? band.X[0] : stretch == max - 1 ? band.X[^1] : (band.X[from] + band.X[to - 1]) / 2;
            lower[stretch] = band.Lower[from..to].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
            upper[stretch] = band.Upper[from..to].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        }

        return band with { X = x, Lower = lower, Upper = upper };
    }
}
