namespace RnnActors.Core.Metrics;

/// <summary>
/// The accuracy of forecasts of series: as points, as quantiles and as intervals. There are n values y and forecasts ŷ; every value must be a number.
/// </summary>
public static class ForecastMetrics
{
    /// <summary>
    /// The scale of MASE: the mean |y(t) - y(t - season)| of a series. It is the in-sample mean absolute error of the seasonal naive forecast
    /// (Hyndman and Koehler 2006). Pairs with a missing value are left out; NaN where there is no pair.
    /// </summary>
    /// <param name="series">The training values of one series, NaN where missing.</param>
    /// <param name="season">Steps of a season; 1 scales by the naive forecast, which repeats the last value.</param>
    public static double SeasonalScale(ReadOnlySpan<double> series, int season)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        double sum = 0;
        int pairs = 0;
        for (int t = season; t < series.Length; t++)
        {
            double difference = series[t] - series[t - season];
            if (double.IsNaN(difference)) continue;
            sum += Math.Abs(difference);
            pairs++;
        }

        return pairs == 0 ? double.NaN : sum / pairs;
    }

    /// <summary>
    /// MASE = mean |ŷ - y| / scale (Hyndman and Koehler 2006): below 1 is better than the in-sample seasonal naive forecast. Values whose scale is 0
    /// (a constant series) or NaN are left out.
    /// </summary>
    /// <param name="actual">(n).</param>
    /// <param name="predicted">(n).</param>
    /// <param name="scales">(n): for each value, the <see cref="SeasonalScale"/> of its series.</param>
    public static PartialMean MeanAbsoluteScaledError(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> scales)
    {
        Check(actual, predicted.Length);
        Check(actual, scales.Length);
        double sum = 0;
        int terms = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            if (!(scales[i] > 0)) continue;
            sum += Math.Abs(predicted[i] - actual[i]) / scales[i];
            terms++;
        }

        return PartialMean.Of(sum, terms, actual.Length);
    }

    /// <summary>MAPE = mean of 100 |ŷ - y| / |y|, in percent. Where y is 0 the value is left out.</summary>
    /// <param name="actual">(n).</param>
    /// <param name="predicted">(n).</param>
    public static PartialMean MeanAbsolutePercentageError(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted)
    {
        Check(actual, predicted.Length);
        double sum = 0;
        int terms = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            if (actual[i] == 0) continue;
            sum += Math.Abs((predicted[i] - actual[i]) / actual[i]);
            terms++;
        }

        return PartialMean.Of(100 * sum, terms, actual.Length);
    }

    /// <summary>
    /// The mean pinball loss of forecasts of quantile q (Koenker and Bassett 1978): q(y - ŷ) where y ≥ ŷ, else (1 - q)(ŷ - y). Half of the MAE at q = ½.
    /// </summary>
    /// <param name="actual">(n).</param>
    /// <param name="predicted">(n).</param>
    public static double PinballLoss(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, double quantile)
    {
        Check(actual, predicted.Length);
        CheckQuantile(quantile);
        double sum = 0;
        for (int i = 0; i < actual.Length; i++) sum += Pinball(actual[i], predicted[i], quantile);
        return sum / actual.Length;
    }

    /// <summary>
    /// 2 Σ pinball / Σ|y| at each quantile, averaged over the quantiles (the ρ-risk of DeepAR, Salinas et al. 2020; GluonTS's mean weighted quantile loss).
    /// At ½ alone it is Σ|ŷ - y| / Σ|y|. NaN where every value is 0.
    /// </summary>
    /// <param name="actual">(n).</param>
    /// <param name="predicted">(n, quantiles).</param>
    /// <param name="quantiles">(quantiles).</param>
    public static double WeightedQuantileLoss(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted, ReadOnlySpan<double> quantiles)
    {
        if (quantiles.IsEmpty) throw new ArgumentException("There is no quantile.", nameof(quantiles));
        if (predicted.Length % quantiles.Length != 0) throw new ArgumentException($"{predicted.Length} forecasts of {quantiles.Length} quantiles.");
        Check(actual, predicted.Length / quantiles.Length);
        double loss = 0, size = 0;
        foreach (double quantile in quantiles) CheckQuantile(quantile);
        for (int i = 0; i < actual.Length; i++)
        {
            size += Math.Abs(actual[i]);
            for (int q = 0; q < quantiles.Length; q++) loss += Pinball(actual[i], predicted[(i * quantiles.Length) + q], quantiles[q]);
        }

        return size == 0 ? double.NaN : 2 * loss / size / quantiles.Length;
    }

    /// <summary>The share of values inside their intervals, bounds included.</summary>
    /// <param name="actual">(n).</param>
    /// <param name="lower">(n).</param>
    /// <param name="upper">(n).</param>
    public static double Coverage(ReadOnlySpan<double> actual, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        Check(actual, lower.Length);
        Check(actual, upper.Length);
        int inside = 0;
        for (int i = 0; i < actual.Length; i++)
            if (lower[i] <= actual[i] && actual[i] <= upper[i]) inside++;
        return (double)inside / actual.Length;
    }

    /// <summary>The mean width, upper - lower.</summary>
    /// <param name="lower">(n).</param>
    /// <param name="upper">(n).</param>
    public static double MeanIntervalWidth(ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        Check(lower, upper.Length);
        double sum = 0;
        for (int i = 0; i < lower.Length; i++) sum += upper[i] - lower[i];
        return sum / lower.Length;
    }

    internal static double Pinball(double actual, double predicted, double quantile) =>
        actual >= predicted ? quantile * (actual - predicted) : (1 - quantile) * (predicted - actual);

    private static void Check(ReadOnlySpan<double> values, int length)
    {
        if (values.IsEmpty) throw new ArgumentException("There is no value to compare.");
        if (values.Length != length) throw new ArgumentException($"{values.Length} values, {length} to compare them with.");
    }

    private static void CheckQuantile(double quantile)
    {
        if (!(quantile > 0 && quantile < 1)) throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "A quantile is between 0 and 1.");
    }
}
