using System.Text.Json;
using CsCheck;
using RnnActors.Core.Objectives;
using RnnActors.Core.Metrics;
using Xunit;

namespace RnnActors.Core.Tests.Metrics;

public class MetricsTests
{
    private static readonly Gen<(double[] Actual, double[] Predicted)> Pairs =
        Gen.Int[1, 40].SelectMany(n => Gen.Select(Gen.Double[-100, 100].Array[n], Gen.Double[-100, 100].Array[n]));

    [Fact]
    public void Figures_of_a_worked_example()
    {
        MetricList metrics = ValueMetrics.Compute([1, 2, 3, 4], [1, 2, 3, 8]);
        Assert.Equal(["mse", "rmse", "mae", "smape", "r2"], metrics.Select(metric => metric.Key));
        Assert.Equal(4, metrics["mse"], 1e-12);
        Assert.Equal(2, metrics["rmse"], 1e-12);
        Assert.Equal(1, metrics["mae"], 1e-12);
        Assert.Equal(100.0 / 4 * (2 * 4 / 12.0), metrics["smape"], 1e-12);
        Assert.Equal(1 - (16 / 5.0), metrics["r2"], 1e-12);
    }

    [Fact]
    public void Exact_predictions_have_no_error() => Pairs.Sample(pair =>
    {
        MetricList metrics = ValueMetrics.Compute(pair.Actual, pair.Actual);
        Assert.All(metrics.SkipLast(1), metric => Assert.Equal(0, metric.Value));
        Assert.Equal(1, metrics["r2"]);
    }, iter: 50);

    [Fact]
    public void The_mean_absolute_error_is_at_most_the_root_of_the_mean_square() => Pairs.Sample(pair =>
    {
        MetricList metrics = ValueMetrics.Compute(pair.Actual, pair.Predicted);
        Assert.True(metrics["mae"] <= metrics["rmse"] * (1 + 1e-12));
        Assert.Equal(metrics["mse"], metrics["rmse"] * metrics["rmse"], 1e-6);
        Assert.InRange(metrics["smape"], 0, 200 + 1e-9);
        Assert.True(metrics["r2"] <= 1);
    }, iter: 200);

    [Fact]
    public void Predicting_the_mean_has_an_r2_of_zero() => Assert.Equal(0, ValueMetrics.Compute([1, 2, 6], [3, 3, 3])["r2"], 1e-12);

    [Fact]
    public void Equal_actual_values_have_no_spread_to_explain() => Assert.Equal(0, ValueMetrics.Compute([2, 2], [2, 3])["r2"]);

    [Fact]
    public void Nothing_to_compare_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ValueMetrics.Compute([], []));
        Assert.Throws<ArgumentException>(() => ValueMetrics.Compute([1], [1, 2]));
    }

    [Fact]
    public void A_uniform_guess_among_v_labels_has_perplexity_v()
    {
        MetricList metrics = LabelMetrics.Compute(new LossSum(10 * Math.Log(64), 10, 3), areCharacters: true);
        Assert.Equal(64, metrics["perplexity"], 1e-9);
        Assert.Equal(6, metrics["bits_per_character"], 1e-12);
        Assert.Equal(0.3, metrics["accuracy"], 1e-12);
        Assert.Equal(Math.Log(64), metrics["loss"], 1e-12);
        Assert.False(LabelMetrics.Compute(default, areCharacters: false).TryGet("bits_per_character", out _));
    }

    [Fact]
    public void A_list_keeps_its_order_in_text_and_json()
    {
        MetricList metrics = new MetricList(new("rmse", 1.5), new("mae", 0.25)).With("a", 3);
        Assert.Equal("rmse 1.5  mae 0.25  a 3", metrics.ToString());
        Assert.Equal("""{"rmse":1.5,"mae":0.25,"a":3}""", JsonSerializer.Serialize(metrics.ToDictionary()));
        Assert.Throws<ArgumentException>(() => metrics.With("mae", 1));
    }
}
