namespace RnnActors.Core.Metrics;

/// <summary>
/// <see cref="ValueMetrics"/> computed incrementally, one value at a time: first every pair, then every actual value again for R². Values in the same order
/// give the same bits as the method over arrays.
/// </summary>
public sealed class ValueSums
{
    private double _squares, _absolutes, _ratios, _mean, _around;

    /// <summary>The number of pairs so far.</summary>
    public int Count { get; private set; }

    public void Add(double actual, double predicted)
    {
        double error = predicted - actual;
        double size = Math.Abs(predicted) + Math.Abs(actual);
        _squares += error * error;
        _absolutes += Math.Abs(error);
        if (size > 0) _ratios += 2 * Math.Abs(error) / size;
        _mean += actual;
        Count++;
    }

    /// <summary>Adds an actual value again, after all pairs (the second pass, for R²).</summary>
    public void AddAgain(double actual)
    {
        double mean = _mean / Count;
        _around += (actual - mean) * (actual - mean);
    }

    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public MetricList ToMetrics()
    {
        if (Count == 0) throw new InvalidOperationException("There is no value to compare.");
        return new(
            new(MetricNames.MeanSquaredError, _squares / Count),
            new(MetricNames.RootMeanSquaredError, Math.Sqrt(_squares / Count)),
            new(MetricNames.MeanAbsoluteError, _absolutes / Count),
            new(MetricNames.SymmetricMeanAbsolutePercentageError, 100 * _ratios / Count),
            new(MetricNames.R2, R2(_squares, _around)));
    }

    private static double R2(double residual, double total) => (residual, total) switch
    {
        (0, 0) => 1,
        (_, 0) => 0,
        _ => 1 - (residual / total),
    };
}
