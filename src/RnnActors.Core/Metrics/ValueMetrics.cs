namespace RnnActors.Core.Metrics;

/// <summary>
/// How far predicted values are from the actual ones, in their own units, with n values, errors e = ŷ - y:
/// mse = Σe²/n; rmse = √mse; mae = Σ|e|/n; smape = 100/n · Σ 2|e| / (|y| + |ŷ|), from 0 to 200 percent, a term 0 where both are 0 (the definition of the M3
/// and M4 competitions); r2 = 1 - Σe² / Σ(y - ȳ)², and where the actual values are all equal 1 if the prediction is exact, else 0 (scikit-learn's rule).
/// </summary>
public static class ValueMetrics
{
    /// <param name="actual">(n).</param>
    /// <param name="predicted">(n).</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no value.</exception>
    public static MetricList Compute(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted)
    {
        if (actual.Length != predicted.Length) throw new ArgumentException($"{actual.Length} actual values, {predicted.Length} predicted ones.");
        if (actual.IsEmpty) throw new ArgumentException("There is no value to compare.");

        double squares = 0, absolutes = 0, ratios = 0, mean = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double error = predicted[i] - actual[i];
            double size = Math.Abs(predicted[i]) + Math.Abs(actual[i]);
            squares += error * error;
            absolutes += Math.Abs(error);
            if (size > 0) ratios += 2 * Math.Abs(error) / size;
            mean += actual[i];
        }

        int n = actual.Length;
        return new(
            new(MetricNames.MeanSquaredError, squares / n),
            new(MetricNames.RootMeanSquaredError, Math.Sqrt(squares / n)),
            new(MetricNames.MeanAbsoluteError, absolutes / n),
            new(MetricNames.SymmetricMeanAbsolutePercentageError, 100 * ratios / n),
            new(MetricNames.R2, R2(squares, SquaresAround(mean / n, actual))));
    }

    private static double R2(double residual, double total) => (residual, total) switch
    {
        (0, 0) => 1,
        (_, 0) => 0,
        _ => 1 - (residual / total),
    };

    private static double SquaresAround(double mean, ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += (value - mean) * (value - mean);
        return sum;
    }
}
