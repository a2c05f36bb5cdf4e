namespace RnnActors.Cli.Benchmarks;

/// <summary>The median and the quartiles of a ratio that was measured on a noisy machine.</summary>
internal readonly record struct Spread(double Low, double Median, double High)
{
    /// <param name="values">At least one.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(values));
        int quarter = sorted.Length / 4;
        return new Spread(sorted[quarter], sorted[sorted.Length / 2], sorted[^(quarter + 1)]);
    }

    /// <summary>For people: the median, then the quartiles.</summary>
    public string Rates => $"{BenchFigures.Rate(Median)} ({BenchFigures.Rate(Low)} to {BenchFigures.Rate(High)})";

    /// <summary>For programs, times <paramref name="scale"/>.</summary>
    public double[] Quartiles(double scale, int digits) => [Math.Round(scale * Low, digits), Math.Round(scale * High, digits)];
}
