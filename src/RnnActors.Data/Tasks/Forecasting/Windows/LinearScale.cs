namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>(x - offset) / spread, and back.</summary>
public readonly record struct LinearScale(double Offset, double Spread)
{
    public static LinearScale Identity { get; } = new(0, 1);

    public double Apply(double value) => (value - Offset) / Spread;

    public double Undo(double scaled) => (scaled * Spread) + Offset;

    /// <summary>
    /// Standard: the mean and the standard deviation √(Σ(x - mean)²/n), as in scikit-learn's StandardScaler. MinMax: the minimum and the range. If all values
    /// are equal, the spread is 1.
    /// </summary>
    public static LinearScale Fit(Scaling scaling, ReadOnlySpan<double> values)
    {
        if (scaling == Scaling.None || values.IsEmpty) return Identity;
        double sum = 0, smallest = values[0], largest = values[0];
        foreach (double value in values)
        {
            sum += value;
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
        }

        if (smallest == largest) return new(smallest, 1);
        if (scaling == Scaling.MinMax) return new(smallest, largest - smallest);

        double mean = sum / values.Length, squares = 0;
        foreach (double value in values) squares += (value - mean) * (value - mean);
        double deviation = Math.Sqrt(squares / values.Length);
        return new(mean, deviation > 0 ? deviation : 1);
    }
}
