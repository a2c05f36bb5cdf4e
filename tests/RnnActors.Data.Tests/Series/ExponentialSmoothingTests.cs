using CsCheck;
using RnnActors.Data.Series;
using RnnActors.Data.Tests.Tasks.Forecasting.Baselines;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Data.Tests.Series;

public class ExponentialSmoothingTests(ITestOutputHelper output)
{
    private static readonly double[] Additive = [5, -2, -7, 4];
    private static readonly double[] Factors = [1.4, 0.9, 0.5, 1.2];

    [Fact]
    public void A_line_with_a_season_is_recovered_exactly()
    {
        double[] all = [.. Enumerable.Range(0, 60).Select(t => 20 + (0.7 * t) + Additive[t % 4])];
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(all.AsSpan(0, 40), 4)!;
        Assert.Equal(new(TrendForm.Linear, SeasonForm.Additive, 4), fitted.Form);
        AssertForecasts(fitted, all, 40, 1e-9);
    }

    [Fact]
    public void A_line_times_a_season_is_recovered_exactly()
    {
        double[] all = [.. Enumerable.Range(0, 60).Select(t => (20 + (0.7 * t)) * Factors[t % 4])];
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(all.AsSpan(0, 40), 4)!;
        Assert.Equal(new(TrendForm.Linear, SeasonForm.Multiplicative, 4), fitted.Form);
        AssertForecasts(fitted, all, 40, 1e-6);
    }

    [Fact]
    public void A_line_a_season_and_a_constant_have_the_simplest_form_that_is_exact()
    {
        Assert.Equal(new(TrendForm.Linear, SeasonForm.None, 1), ExponentialSmoothing.Fit([.. Enumerable.Range(0, 40).Select(t => 3 - (2.0 * t))], 4)!.Form);
        Assert.Equal(new(TrendForm.None, SeasonForm.Additive, 4), ExponentialSmoothing.Fit([.. Enumerable.Range(0, 40).Select(t => Additive[t % 4])], 4)!.Form);
        Assert.Equal(new(TrendForm.None, SeasonForm.None, 1), ExponentialSmoothing.Fit([.. Enumerable.Repeat(3.5, 40)], 4)!.Form);
        ExponentialSmoothing zeros = ExponentialSmoothing.Fit(new double[40], 4)!;
        AssertForecasts(zeros, new double[50], 40, 0);
    }

    [Fact]
    public void The_level_of_a_random_walk_follows_its_last_value_and_that_of_noise_its_mean()
    {
        ExponentialSmoothing walk = ExponentialSmoothing.Fit(Noise.Walk(1, 400), null)!, noise = ExponentialSmoothing.Fit(Noise.White(2, 400), null)!;
        Assert.Equal(TrendForm.None, walk.Form.Trend);
        Assert.InRange(walk.Parameters.Level, 0.85, 1);
        Assert.InRange(noise.Parameters.Level, 0, 0.15);
        Assert.Equal(1, noise.Deviation, 0.1);
    }

    [Fact]
    public void The_share_of_a_smoothed_level_is_found()
    {
        // An exponential smoothing with α = 0.4 is the best forecast of x(t) = x(t-1) + e(t) - 0.6 e(t-1).
        double[] noise = Noise.White(5, 3000), x = new double[3000];
        for (int t = 1; t < x.Length; t++) x[t] = x[t - 1] + noise[t] - (0.6 * noise[t - 1]);
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(new(TrendForm.None, SeasonForm.None, 1), x)!;
        Assert.Equal(0.4, fitted.Parameters.Level, 0.04);
    }

    [Fact]
    public void One_step_of_holt_and_winters_by_hand()
    {
        SmoothingStart start = new(10, 1, [2, -2]);
        Smoother smoother = new(new(TrendForm.Linear, SeasonForm.Additive, 2), new(0.5, 0.2, 0.4, 1), start);
        Assert.Equal(13, smoother.Next);
        smoother.Update(15); // l = 0.5·13 + 0.5·11 = 12; b = 0.2·2 + 0.8·1 = 1.2; s = 0.4·3 + 0.6·2 = 2.4
        double[] steps = new double[3];
        smoother.Forecast(steps);
        Assert.Equal([13.2 - 2, 14.4 + 2.4, 15.6 - 2], steps.Select(step => Math.Round(step, 12)));
        Smoother multiplied = new(new(TrendForm.Damped, SeasonForm.Multiplicative, 2), new(0.5, 0.2, 0.4, 0.9), new(10, 1, [2, 0.5]));
        multiplied.Update(24); // p = 10.9; l = 0.5·12 + 0.5·10.9 = 11.45; b = 0.2·1.45 + 0.8·0.9 = 1.01; s = 0.4·24/11.45 + 0.6·2
        multiplied.Forecast(steps);
        Assert.Equal((11.45 + 0.909) * 0.5, steps[0], 1e-12);
        Assert.Equal((11.45 + 0.909 + (0.81 * 1.01)) * ((0.4 * 24 / 11.45) + 1.2), steps[1], 1e-12);
    }

    [Fact]
    public void Streaming_gives_the_bits_of_the_batch()
    {
        double[] series = Seasonal(3, 120);
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(series.AsSpan(0, 80), 12)!;
        Smoother smoother = fitted.Start();
        double[] streamed = new double[15], batch = new double[15];
        for (int t = 0; t < series.Length; t++)
        {
            smoother.Forecast(streamed);
            Assert.Equal(ForecastFrom(fitted, series.AsSpan(0, t), 15), streamed);
            Assert.Equal(smoother.Next, streamed[0]);
            if (t == 80)
            {
                fitted.Forecast(batch);
                Assert.Equal(batch, streamed);
                fitted.End().Forecast(batch);
                Assert.Equal(batch, streamed);
            }

            smoother.Update(series[t]);
        }
    }

    [Fact]
    public void The_fit_has_the_same_bits_on_every_machine()
    {
        double[] series = [.. Enumerable.Range(0, 60).Select(t => ((50 + t) * (1 + (t % 12 * 5 % 12 / 16.0))) + (t * t % 11 / 4.0))];
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(series, 12)!;
        double[] forecast = new double[24];
        fitted.Forecast(forecast);
        Assert.Equal("trend, multiplicative season (12)", fitted.Form.ToString());
        Assert.Equal(4640978996135993516, BitConverter.DoubleToInt64Bits(forecast[23]));
    }

    [Fact]
    public void A_copy_goes_its_own_way()
    {
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(Seasonal(3, 80), 12)!;
        Smoother end = fitted.End();
        double before = fitted.End().Next;
        for (int i = 0; i < 12; i++) end.Update(1000);
        Assert.Equal(before, fitted.End().Next);
        Assert.NotEqual(before, end.Next);
    }

    [Fact]
    public void A_missing_value_counts_as_its_own_forecast()
    {
        double[] series = Seasonal(4, 100);
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(series, 12)!;
        Smoother missing = fitted.End();
        double[] ahead = new double[30], after = new double[20];
        missing.Forecast(ahead);
        for (int i = 0; i < 10; i++) missing.Update(double.NaN);
        missing.Forecast(after);
        Assert.Equal(ahead[10..], after);
    }

    [Fact]
    public void A_series_with_gaps_is_fitted_by_what_is_known()
    {
        double[] all = [.. Enumerable.Range(0, 60).Select(t => (t is 0 or 5 or 6 or 22 ? double.NaN : 20) + (0.7 * t) + Additive[t % 4])];
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(all.AsSpan(0, 48), 4)!;
        Assert.All(ForecastFrom(fitted, all.AsSpan(0, 48), 12), value => Assert.True(double.IsFinite(value)));
        AssertForecasts(fitted, all, 48, 1);
    }

    [Theory]
    [InlineData(4, null, false)]
    [InlineData(5, null, true)]
    [InlineData(10, 4, false)]
    [InlineData(11, 4, true)]
    [InlineData(5, 1, true)]
    public void A_short_series_has_no_fit(int count, int? season, bool fits) =>
        Assert.Equal(fits, ExponentialSmoothing.Fit(Noise.White(1, count), season) is not null);

    [Fact]
    public void Values_that_are_not_positive_have_no_multiplicative_season()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            double[] series = [.. Seasonal(seed, 80).Select(value => value - 300)];
            Assert.NotEqual(SeasonForm.Multiplicative, ExponentialSmoothing.Fit(series, 12)!.Form.Season);
        }
    }

    [Fact]
    public void Any_series_has_finite_forecasts_whatever_follows_it() =>
        Gen.Select(Gen.Double[-1e6, 1e6].Array[11, 40], Gen.Int[1, 4], Gen.Bool, Gen.Double[-1e6, 1e6].Array[0, 20]).Sample((series, season, positive, later) =>
        {
            if (positive) series = [.. series.Select(value => Math.Abs(value) + 1e-3)];
            ExponentialSmoothing fitted = ExponentialSmoothing.Fit(series, season)!;
            Assert.All(ForecastFrom(fitted, [.. series, .. later], 10), value => Assert.True(double.IsFinite(value)));
        }, iter: 60);

    [SharedDataFact]
    public void Airline_passengers_are_forecast_better_than_by_their_seasonal_repeat()
    {
        string path = Path.Combine(SharedDataFactAttribute.Folder, "airline-passengers", "airline-passengers.csv");
        double[] series = [.. File.ReadLines(path).Skip(1).Select(line => double.Parse(line.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        ExponentialSmoothing fitted = ExponentialSmoothing.Fit(series.AsSpan(0, 96), 12)!;
        output.WriteLine($"{fitted}, {fitted.Parameters}, deviation {fitted.Deviation}, AICc {fitted.Aicc}");
        Assert.Equal(SeasonForm.Multiplicative, fitted.Form.Season);
        Assert.NotEqual(TrendForm.None, fitted.Form.Trend);
        Smoother smoother = fitted.Start();
        double[] steps = new double[12], squares = new double[12], repeats = new double[12];
        for (int t = 0; t + 12 <= series.Length; t++)
        {
            smoother.Forecast(steps);
            for (int h = 0; t >= 96 && h < 12; h++)
            {
                squares[h] += Math.Pow(steps[h] - series[t + h], 2);
                repeats[h] += Math.Pow(series[t + h - 12] - series[t + h], 2);
            }

            smoother.Update(series[t]);
        }

        double[] rmse = [.. squares.Select(sum => Math.Sqrt(sum / 37))], seasonal = [.. repeats.Select(sum => Math.Sqrt(sum / 37))];
        output.WriteLine($"rmse {string.Join(' ', rmse)}; seasonal repeat {string.Join(' ', seasonal)}");
        Assert.InRange(rmse[0], 10, 20);
        for (int h = 0; h < 12; h++) Assert.True(rmse[h] < seasonal[h]);
        Assert.True(rmse.Average() < 0.7 * seasonal.Average());
    }

    private static double[] Seasonal(int seed, int count)
    {
        double[] noise = Noise.White(seed, count);
        return [.. noise.Select((e, t) => 100 + (0.5 * t) + (20 * Math.Sin(2 * Math.PI * t / 12)) + (3 * e))];
    }

    private static void AssertForecasts(ExponentialSmoothing fitted, double[] all, int from, double tolerance)
    {
        double[] forecast = new double[all.Length - from];
        fitted.Forecast(forecast);
        for (int h = 0; h < forecast.Length; h++) Assert.Equal(all[from + h], forecast[h], tolerance);
    }

    /// <summary>From the end of another history that begins where the fitted series began.</summary>
    private static double[] ForecastFrom(ExponentialSmoothing fitted, ReadOnlySpan<double> history, int steps)
    {
        Smoother smoother = fitted.Start();
        foreach (double value in history) smoother.Update(value);
        double[] forecast = new double[steps];
        smoother.Forecast(forecast);
        return forecast;
    }
}
