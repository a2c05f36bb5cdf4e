using System.Globalization;

namespace RnnActors.Cli.Plots;

/// <summary>Round values for a logarithmic axis: powers of ten, with 2 and 5 between them if the axis spans few decades.</summary>
internal static class LogarithmicTicks
{
    private const int MaxTicks = 12;

    private static readonly int[][] Mantissas = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1]];

    /// <param name="low">Above 0.</param>
    public static IEnumerable<(double Value, string Label)> Between(double low, double high)
    {
        int first = (int)Math.Floor(Math.Log10(low)), last = (int)Math.Ceiling(Math.Log10(high));
        foreach (int[] mantissas in Mantissas)
        {
            (double Value, string Label)[] ticks =
                [.. Powers(first, last, 1).SelectMany(power => mantissas.Select(m => Tick(m, power))).Where(t => Inside(t.Value))];
            if (ticks.Length <= MaxTicks) return ticks;
        }

        int stride = ((last - first) / MaxTicks) + 1;
        return Powers(first, last, stride).Select(power => Tick(1, power)).Where(t => Inside(t.Value));

        // A little beyond the data, up to the ends of the axis.
        bool Inside(double value) => value >= low / 1.2 && value <= high * 1.2;
    }

    private static IEnumerable<int> Powers(int first, int last, int stride)
    {
        for (int power = first; power <= last; power += stride) yield return power;
    }

    private static (double Value, string Label) Tick(int mantissa, int power)
    {
        double value = double.Parse(string.Create(CultureInfo.InvariantCulture, $"{mantissa}E{power}"), CultureInfo.InvariantCulture);
        return (value, value.ToString("G3", CultureInfo.InvariantCulture));
    }
}
