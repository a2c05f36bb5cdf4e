namespace RnnActors.Core.Metrics;

/// <summary>
/// How far predicted values are from the actual ones, in their own units. With n values and errors e = ŷ - y: mse = Σe²/n; rmse = √mse; mae = Σ|e|/n.
/// smape = 100/n · Σ 2|e| / (|y| + |ŷ|) as in the M3 and M4 competitions: 0 to 200 percent, a term being 0 where both values are 0. r2 = 1 - Σe² /
/// Σ(y - ȳ)²; where the actual values are all equal, r2 is 1 if the prediction is exact, else 0 (scikit-learn's rule).
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

        ValueSums sums = new();
        for (int i = 0; i < actual.Length; i++) sums.Add(actual[i], predicted[i]);
        foreach (double value in actual) sums.AddAgain(value);
        return sums.ToMetrics();
    }
}
