using RnnActors.Runs.Pictures;
using Xunit;

namespace RnnActors.Runs.Tests.Pictures;

public sealed class ThinningTests
{
    [Theory]
    [InlineData(3, 4)]
    [InlineData(1000, 100)]
    [InlineData(99_999, 601)]
    public void Ends_and_extremes_stay_and_no_more_than_asked_for(int count, int max)
    {
        var random = new Random(count);
        double[] values = [.. Enumerable.Range(0, count).Select(i => i % 7 == 3 ? double.NaN : random.NextDouble())];
        int[] chosen = Thinning.Choose(values, max);

        Assert.True(chosen.Length <= Math.Max(max, Math.Min(count, max)));
        Assert.Equal(chosen.Distinct().Order(), chosen);
        Assert.Equal((0, count - 1), (chosen[0], chosen[^1]));
        Assert.Contains(Array.IndexOf(values, values.Where(double.IsFinite).Max()), chosen);
        Assert.Contains(Array.IndexOf(values, values.Where(double.IsFinite).Min()), chosen);
    }

    [Fact]
    public void A_band_keeps_its_ends_and_its_widest_bounds()
    {
        double[] x = [.. Enumerable.Range(0, 5000).Select(i => (double)i)], lower = [.. x.Select(i => Math.Sin(i))],
            upper = [.. x.Select(i => 2 + Math.Cos(i))];
        var band = Thinning.Of(new ChartBand("80 %", ChartRole.Predicted, x, lower, upper), 100);

        Assert.Equal((100, 0, 4999), (band.X.Length, band.X[0], band.X[^1]));
        Assert.Equal((lower.Min(), upper.Max()), (band.Lower.Min(), band.Upper.Max()));
    }

    [Fact]
    public void A_histogram_counts_every_value_once_the_ends_too()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 1000).Select(_ => random.NextDouble()), double.NaN];
        ChartBars bars = Histogram.Of("rows", ChartRole.Other, values)!;

        Assert.Equal(1000, bars.Heights.Sum());
        Assert.Equal(bars.Heights.Length + 1, bars.Edges.Length);
        Assert.Null(Histogram.Of("rows", ChartRole.Other, [2, 2, double.NaN]));
    }
}
