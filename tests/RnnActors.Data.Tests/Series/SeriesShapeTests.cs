using RnnActors.Data.Series;
using RnnActors.Data.Tests.Tasks.Forecasting.Baselines;
using Xunit;

namespace RnnActors.Data.Tests.Series;

public class SeriesShapeTests
{
    [Fact]
    public void Figures_by_hand()
    {
        // Mean 4.5, variance 5.25, differences 1; running sums -3.5, -6, -7.5, -8, -7.5, -6, -3.5, 0 (squares 273); lags up to 6 (12·0.08^¼ = 6.38).
        SeriesShape shape = SeriesShape.Of([1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal(8, shape.Count);
        Assert.Equal(1 / 5.25, shape.DifferenceRatio, 1e-12);
        Assert.Equal((7.5 - 3.5) / Math.Sqrt(35.0 / 12), shape.MeanShift, 1e-12);
        double[] x = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5];
        double longRun = 5.25 + Enumerable.Range(1, 6).Sum(lag => 2 * (1 - (lag / 7.0)) * Enumerable.Range(lag, 8 - lag).Sum(t => x[t] * x[t - lag]) / 8);
        Assert.Equal(273 / 64.0 / longRun, shape.Kpss, 1e-9);
    }

    [Fact]
    public void Noise_has_a_difference_ratio_of_two_and_rarely_wanders()
    {
        SeriesShape[] shapes = [.. Enumerable.Range(0, 200).Select(seed => SeriesShape.Of(Noise.White(seed, 400)))];
        Assert.Equal(2, shapes.Average(shape => shape.DifferenceRatio), 0.05);
        Assert.InRange(shapes.Count(shape => shape.Kpss > SeriesShape.KpssLimit), 2, 20);
        Assert.Equal(0, shapes.Count(shape => shape.Wanders));
    }

    [Fact]
    public void A_random_walk_mostly_wanders() =>
        Assert.InRange(Enumerable.Range(0, 200).Count(seed => SeriesShape.Of(Noise.Walk(seed, 400)).Wanders), 160, 200);

    [Fact]
    public void A_trend_and_a_shift_of_level_wander()
    {
        double[] noise = Noise.White(1, 300);
        Assert.True(SeriesShape.Of([.. noise.Select((e, t) => e + (0.02 * t))]).Wanders);
        Assert.True(SeriesShape.Of([.. noise.Select((e, t) => e - (t < 200 ? 0 : 4))]).Wanders);
        Assert.True(SeriesShape.Of([.. noise.Select((_, t) => t < 240 ? 1.0 : 2.0)]).Wanders);
    }

    [Fact]
    public void A_season_does_not_wander_however_slow()
    {
        double[] noise = Noise.White(1, 4000);
        foreach (int season in new[] { 7, 24, 168, 365 })
            Assert.False(SeriesShape.Of([.. noise.Select((e, t) => (10 * Math.Sin(2 * Math.PI * t / season)) + e)]).Wanders);
    }

    [Fact]
    public void A_slight_trend_in_a_long_series_is_significant_and_does_not_matter()
    {
        SeriesShape shape = SeriesShape.Of([.. Noise.White(1, 20000).Select((e, t) => e + (0.2 * t / 20000))]);
        Assert.True(shape.Kpss > SeriesShape.KpssLimit);
        Assert.False(shape.Wanders);
    }

    [Fact]
    public void Scale_and_level_make_no_difference()
    {
        double[] walk = Noise.Walk(3, 300);
        SeriesShape shape = SeriesShape.Of(walk), moved = SeriesShape.Of([.. walk.Select(value => 1000 - (50 * value))]);
        Assert.Equal(shape.DifferenceRatio, moved.DifferenceRatio, 1e-9);
        Assert.Equal(-shape.MeanShift, moved.MeanShift, 1e-9);
        Assert.Equal(shape.Kpss, moved.Kpss, 1e-9);
    }

    [Fact]
    public void Missing_values_are_passed_over()
    {
        double[] trend = [.. Noise.White(3, 300).Select((e, t) => e + (0.02 * t))];
        for (int t = 0; t < trend.Length; t += 7) trend[t] = double.NaN;
        SeriesShape shape = SeriesShape.Of(trend);
        Assert.Equal(257, shape.Count);
        Assert.True(shape.Wanders);
    }

    [Fact]
    public void A_constant_and_a_short_series_do_not_wander()
    {
        Assert.Equal(new(50, 0, 0, 0), SeriesShape.Of([.. Enumerable.Repeat(0.1, 50)]));
        Assert.Equal(new(3, 0, 0, 0), SeriesShape.Of([1, 2, 3]));
        Assert.False(SeriesShape.Of([]).Wanders);
        Assert.False(SeriesShape.Of([.. Enumerable.Repeat(double.NaN, 50)]).Wanders);
        Assert.False(SeriesShape.Of([.. Enumerable.Range(0, 50).Select(t => t % 2.0)]).Wanders);
    }

    [SharedDataFact]
    public void Airline_passengers_wander_and_daily_temperatures_do_not()
    {
        Assert.True(SeriesShape.Of(Read("airline-passengers/airline-passengers.csv")).Wanders);
        Assert.False(SeriesShape.Of(Read("daily-temperatures/daily-min-temperatures.csv")).Wanders);
    }

    private static double[] Read(string path) =>
        [.. File.ReadLines(Path.Combine(SharedDataFactAttribute.Folder, path)).Skip(1)
            .Select(line => double.Parse(line.Split(',')[1].Trim('"'), System.Globalization.CultureInfo.InvariantCulture))];
}
