using CsCheck;
using RnnActors.Core.Metrics;
using Xunit;

namespace RnnActors.Core.Tests.Metrics;

public class ForecastMetricsTests
{
    private static readonly Gen<(double[] Actual, double[] Predicted)> GenPairs =
        Gen.Select(Gen.Double[-100, 100], Gen.Double[-100, 100]).Array[1, 50]
            .Select(pairs => (pairs.Select(p => p.Item1).ToArray(), pairs.Select(p => p.Item2).ToArray()));

    [Fact]
    public void Scaled_errors_by_hand()
    {
        double[] series = [1, 3, 2, 6, 5];
        Assert.Equal((2 + 1 + 4 + 1) / 4.0, ForecastMetrics.SeasonalScale(series, 1));
        Assert.Equal((1 + 3 + 3) / 3.0, ForecastMetrics.SeasonalScale(series, 2));
        PartialMean mase = ForecastMetrics.MeanAbsoluteScaledError([1, 2, 3, 9], [2, 4, 3, 0], [2, 2, 4, 0]);
        Assert.Equal(new((0.5 + 1 + 0) / 3, 3, 1), mase);
    }

    [Fact]
    public void A_scale_leaves_pairs_with_missing_values_out()
    {
        Assert.Equal(2, ForecastMetrics.SeasonalScale([1, 3, double.NaN, 6, 8], 1));
        Assert.True(double.IsNaN(ForecastMetrics.SeasonalScale([1, 3], 2)));
    }

    [Fact]
    public void Where_no_series_has_a_scale_all_values_are_left_out()
    {
        PartialMean mase = ForecastMetrics.MeanAbsoluteScaledError([1, 2], [2, 4], [0, double.NaN]);
        Assert.True(double.IsNaN(mase.Value));
        Assert.Equal((0, 2), (mase.Terms, mase.LeftOut));
    }

    [Fact]
    public void The_seasonal_repeat_has_a_scaled_error_of_one_in_sample() =>
        Gen.Select(Gen.Int[1, 5], Gen.Double[-100, 100].Array[6, 40]).Sample((season, series) =>
        {
            double scale = ForecastMetrics.SeasonalScale(series, season);
            double[] scales = [.. Enumerable.Repeat(scale, series.Length - season)];
            Assert.Equal(1, ForecastMetrics.MeanAbsoluteScaledError(series.AsSpan(season), series.AsSpan(0, series.Length - season), scales).Value, 1e-9);
        });

    [Fact]
    public void Percentage_errors_leave_zeros_out()
    {
        PartialMean mape = ForecastMetrics.MeanAbsolutePercentageError([100, -50, 0], [110, -25, 3]);
        Assert.Equal(30, mape.Value, 1e-12);
        Assert.Equal((2, 1), (mape.Terms, mape.LeftOut));
    }

    [Fact]
    public void Pinball_loss_by_hand() =>
        Assert.Equal(((0.9 * 2) + (0.1 * 3)) / 2, ForecastMetrics.PinballLoss([5, 1], [3, 4], 0.9), 1e-12);

    [Fact]
    public void Pinball_loss_at_the_median_is_half_of_the_absolute_error() =>
        GenPairs.Sample(pairs => Assert.Equal(
            ValueMetrics.Compute(pairs.Actual, pairs.Predicted)[MetricNames.MeanAbsoluteError] / 2,
            ForecastMetrics.PinballLoss(pairs.Actual, pairs.Predicted, 0.5),
            1e-9));

    [Fact]
    public void The_constant_of_least_pinball_loss_is_the_quantile()
    {
        double[] actual = [.. Enumerable.Range(1, 99).Select(i => (double)i)];
        double best = Enumerable.Range(1, 99).MinBy(c => ForecastMetrics.PinballLoss(actual, [.. Enumerable.Repeat((double)c, 99)], 0.8));
        Assert.Equal(80, best);
    }

    [Fact]
    public void Weighted_quantile_loss_by_hand()
    {
        double[] predicted = [8, 12, -4, -1];
        double low = (0.1 * 2) + (0.1 * 0), high = (0.1 * 2) + (0.1 * 3);
        Assert.Equal(((2 * low / 14) + (2 * high / 14)) / 2, ForecastMetrics.WeightedQuantileLoss([10, -4], predicted, [0.1, 0.9]), 1e-12);
        Assert.True(double.IsNaN(ForecastMetrics.WeightedQuantileLoss([0], [1], [0.5])));
    }

    [Fact]
    public void A_perfect_forecast_loses_nothing() =>
        GenPairs.Sample(pairs =>
        {
            double[] y = pairs.Actual;
            Assert.Equal(0, ForecastMetrics.MeanAbsoluteScaledError(y, y, [.. y.Select(_ => 2.0)]).Value);
            Assert.Equal(0, ForecastMetrics.PinballLoss(y, y, 0.3));
            if (y.Any(value => value != 0)) Assert.Equal(0, ForecastMetrics.WeightedQuantileLoss(y, [.. y.SelectMany(v => new[] { v, v })], [0.1, 0.7]));
            if (y.All(value => value != 0)) Assert.Equal(0, ForecastMetrics.MeanAbsolutePercentageError(y, y).Value);
            Assert.Equal(1, ForecastMetrics.Coverage(y, y, y));
            Assert.Equal(0, ForecastMetrics.MeanIntervalWidth(y, y));
        });

    [Fact]
    public void Coverage_and_width_by_hand()
    {
        double[] lower = [0, 0, 4, 1], upper = [1, 2, 5, 1];
        Assert.Equal(0.5, ForecastMetrics.Coverage([1, 3, 3, 1], lower, upper));
        Assert.Equal(1, ForecastMetrics.MeanIntervalWidth(lower, upper));
    }

    [Fact]
    public void Lengths_that_differ_and_quantiles_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ForecastMetrics.PinballLoss([1], [1, 2], 0.5));
        Assert.Throws<ArgumentException>(() => ForecastMetrics.Coverage([], [], []));
        Assert.Throws<ArgumentException>(() => ForecastMetrics.WeightedQuantileLoss([1, 2], [1, 2, 3], [0.5, 0.9]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ForecastMetrics.PinballLoss([1], [1], 1));
    }
}
