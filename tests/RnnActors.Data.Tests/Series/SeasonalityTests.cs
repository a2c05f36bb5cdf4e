using RnnActors.Data.Series;
using RnnActors.Data.Tests.Tasks.Forecasting.Baselines;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Data.Tests.Series;

public class SeasonalityTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(7, 140, 0.5)]
    [InlineData(12, 144, 0.5)]
    [InlineData(24, 480, 0.3)]
    [InlineData(2, 60, 0.3)]
    [InlineData(168, 1680, 0.1)]
    public void A_wave_on_a_trend_with_noise_has_its_season(int season, int count, double deviation)
    {
        int candidates = 0, search = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            double[] series = Wave(seed, season, count, deviation);
            if (Seasonality.Find(series, [season]) == season) candidates++;
            if (season < 100 && Seasonality.Find(series, []) == season) search++;
        }

        output.WriteLine($"{candidates} {search}");
        Assert.Equal(20, candidates);
        if (season < 20) Assert.InRange(search, 18, 20);
    }

    [Fact]
    public void Hours_have_the_season_of_a_day_or_of_a_week()
    {
        double[] noise = Noise.White(1, 2000);
        double[] days = [.. noise.Select((e, t) => (5 * Math.Sin(2 * Math.PI * t / 24)) + e)];
        double[] weeks = [.. days.Select((x, t) => t / 24 % 7 >= 5 ? 0.2 * x : x)];
        Assert.Equal(24, Seasonality.Find(days, [24, 168]));
        Assert.Equal(168, Seasonality.Find(weeks, [168, 24]));
        Assert.Null(Seasonality.Find(days.AsSpan(0, 40), [24, 168]));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(300)]
    public void White_noise_has_rarely_a_season(int count) => AssertRarely(seed => Noise.White(seed, count));

    [Theory]
    [InlineData(60)]
    [InlineData(300)]
    public void A_random_walk_has_rarely_a_season(int count) => AssertRarely(seed => Noise.Walk(seed, count));

    [Theory]
    [InlineData(0)]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(1)]
    public void A_wave_that_is_slower_than_the_candidates_has_rarely_one_of_them(double deviation)
    {
        int found = Enumerable.Range(0, 50).Count(seed => Seasonality.Find(Wave(seed, 100, 500, deviation), [2, 3, 4, 7, 12, 24]) is not null);
        output.WriteLine($"{deviation}: {found}");
        Assert.InRange(found, 0, 5);
        Assert.Equal(100, Seasonality.Find(Wave(1, 100, 500, deviation), [7, 12, 24, 100]));
    }

    [Fact]
    public void Missing_values_are_passed_over()
    {
        double[] series = Wave(2, 12, 144, 0.3);
        for (int t = 0; t < series.Length; t += 5) series[t] = double.NaN;
        Array.Fill(series, double.NaN, 40, 20);
        Assert.Equal(12, Seasonality.Find(series, [7, 12, 24]));
        Assert.Null(Seasonality.Find([.. Enumerable.Repeat(double.NaN, 100)], [12]));
    }

    [Fact]
    public void A_line_a_constant_and_nothing_have_no_season()
    {
        Assert.Null(Seasonality.Find([.. Enumerable.Range(0, 200).Select(t => 1e6 + (0.1 * t))], []));
        Assert.Null(Seasonality.Find([.. Enumerable.Repeat(0.1, 200)], []));
        Assert.Null(Seasonality.Find([], []));
        Assert.Null(Seasonality.Find([1, 2, 3], [1, 2, 12]));
    }

    [SharedDataFact]
    public void Airline_passengers_have_the_season_of_a_year()
    {
        string path = Path.Combine(SharedDataFactAttribute.Folder, "airline-passengers", "airline-passengers.csv");
        double[] series = [.. File.ReadLines(path).Skip(1).Select(line => double.Parse(line.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(12, Seasonality.Find(series, []));
        Assert.Equal(12, Seasonality.Find(series, [4, 12, 24]));
        Assert.Equal(12, Seasonality.Find(series.AsSpan(0, 60), [12]));
    }

    private void AssertRarely(Func<int, double[]> series)
    {
        foreach (int[] candidates in new int[][] { [], [12], [7, 24] })
        {
            int found = Enumerable.Range(0, 200).Count(seed => Seasonality.Find(series(seed), candidates) is not null);
            output.WriteLine($"{candidates.Length}: {found}");
            Assert.InRange(found, 0, 20);
        }
    }

    private static double[] Wave(int seed, int season, int count, double deviation) =>
        [.. Noise.White(seed, count).Select((e, t) => (0.02 * t) + Math.Cos(2 * Math.PI * t / season) + (deviation * e))];
}
