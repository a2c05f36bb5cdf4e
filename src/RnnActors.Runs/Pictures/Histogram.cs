namespace RnnActors.Runs.Pictures;

/// <summary>How often values occur.</summary>
public static class Histogram
{
    private const int Fewest = 8, Max = 48;

    /// <summary>Bars of equal width 2 · IQR / ∛n. Freedman and Diaconis 1981.</summary>
    /// <returns>Null where fewer than two values differ.</returns>
    public static ChartBars? Of(string name, ChartRole role, IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length < 2 || !(sorted[^1] > sorted[0])) return null;
        double low = sorted[0], high = sorted[^1];
        double spread = sorted[(int)(0.75 * (sorted.Length - 1))] - sorted[(int)(0.25 * (sorted.Length - 1))];
        double wanted = spread > 0 ? (high - low) * Math.Cbrt(sorted.Length) / (2 * spread) : Fewest;
        int bars = (int)Math.Clamp(Math.Ceiling(wanted), Fewest, Max);
        double[] edges = [.. Enumerable.Range(0, bars + 1).Select(i => low + ((high - low) * i / bars))], heights = new double[bars];
        foreach (double value in sorted) heights[Math.Min(bars - 1, (int)((value - low) / (high - low) * bars))]++;
        return new ChartBars(name, role, edges, heights);
    }
}
