using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

public class LookedAtTests
{
    private static readonly IReadOnlySet<string> None = new HashSet<string>();

    [Fact]
    public void Months_have_the_season_of_a_year()
    {
        ForecastDataSpec found = Look(120, i => new DateTime(2010, 1, 1).AddMonths(i), "yyyy-MM-dd", i => (10 * Math.Sin(i * Math.PI / 6)) + Noise(i));
        Assert.Equal((12, 24, WindowNormalization.None), (found.Season, found.Window, found.Normalize));
        Assert.Equal([CalendarFeature.MonthOfYear], found.Calendar);
        Assert.Equal(["y"], found.Targets);
    }

    [Fact]
    public void Hours_have_the_season_of_a_day()
    {
        ForecastDataSpec found =
            Look(24 * 40, i => new DateTime(2024, 1, 1).AddHours(i), "yyyy-MM-dd HH:mm", i => (10 * Math.Sin(i * Math.PI / 12)) + Noise(i));
        Assert.Equal((24, 24), (found.Season, found.Window));
        Assert.Equal([CalendarFeature.HourOfDay, CalendarFeature.DayOfWeek], found.Calendar);
    }

    [Fact]
    public void Hours_that_repeat_by_the_week_have_that_season_and_a_window_as_long()
    {
        ForecastDataSpec found = Look(168 * 12, i => new DateTime(2024, 1, 1).AddHours(i), "yyyy-MM-dd HH:mm", i => (i % 168 < 120 ? 20 : 0) + Noise(i));
        Assert.Equal((168, 168), (found.Season, found.Window));
    }

    [Fact]
    public void Business_days_have_the_season_of_five()
    {
        var step = new TimeStep(TimeUnit.BusinessDays, 1);
        ForecastDataSpec found = Look(300, i => step.Add(new DateTime(2024, 1, 1), i), "yyyy-MM-dd", i => (i % 5 == 4 ? 10 : 0) + Noise(i));
        Assert.Equal(5, found.Season);
        Assert.Equal([CalendarFeature.DayOfWeek], found.Calendar);
    }

    [Fact]
    public void A_walk_is_told_relative_to_its_last_value()
    {
        double[] walk = new double[500];
        for (int i = 1; i < walk.Length; i++) walk[i] = walk[i - 1] + Noise(i);
        ForecastDataSpec found = Look(500, i => new DateTime(2024, 1, 1).AddDays(i), "yyyy-MM-dd", i => walk[i]);
        Assert.Equal((WindowNormalization.Last, null), (found.Normalize, found.Season));
        Assert.Empty(found.Calendar);
    }

    [Fact]
    public void What_is_given_stays()
    {
        double[] walk = new double[300];
        for (int i = 1; i < walk.Length; i++) walk[i] = walk[i - 1] + Noise(i) + (i % 7 == 0 ? 20 : 0);
        ForecastDataSpec given = new() { Targets = ["y"], Window = 3, RelativeTo = TargetBase.Last, Calendar = [CalendarFeature.DayOfYear] };
        ForecastDataSpec found =
            Look(300, i => new DateTime(2024, 1, 1).AddDays(i), "yyyy-MM-dd", i => walk[i], given, "targets", "window", "relativeTo", "calendar", "season");
        Assert.Equal((3, WindowNormalization.None, TargetBase.Last, null), (found.Window, found.Normalize, found.RelativeTo, found.Season));
        Assert.Equal([CalendarFeature.DayOfYear], found.Calendar);
    }

    [Fact]
    public void Rows_without_dates_are_searched_for_any_season()
    {
        ForecastDataSpec found =
            Complete("y\n"
            + string.Join('\n', Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{(10 * Math.Sin(i * 2 * Math.PI / 9)) + Noise(i)}"))),
            new() { Targets = [] });
        Assert.Equal((9, 24), (found.Season, found.Window));
        Assert.Empty(found.Calendar);
    }

    [Fact]
    public void Several_series_are_told_relative_to_their_last_values()
    {
        string[] rows = [.. Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{i / 100},{(i / 100 * 50) + Noise(i)}"))];
        Assert.Equal(WindowNormalization.Last, Complete("id,y\n" + string.Join('\n', rows), new() { Targets = [], Series = ["id"] }, "series").Normalize);
    }

    [Fact]
    public void Of_several_columns_one_must_be_named() => Assert.Contains(
        "the table has 2 columns of numbers, and none is named to be forecast",
            Assert.Throws<InvalidInputException>(() => Complete("a,b\n1.5,2.5\n3.5,1.5\n2.5,2.5\n", new() { Targets = [] })).Message);

    /// <summary>In [-1, 1), without a pattern.</summary>
    private static double Noise(int i) => (new Random(i).NextDouble() * 2) - 1;

    private static ForecastDataSpec Look(int rows, Func<int, DateTime> date, string format, Func<int, double> value, ForecastDataSpec? spec = null,
        params string[] given)
    {
        string[] lines =
            [.. Enumerable.Range(0, rows)
            .Select(i => FormattableString.Invariant($"{date(i).ToString(format, CultureInfo.InvariantCulture)},{value(i):0.0000}"))];
        return Complete("date,y\n" + string.Join('\n', lines), spec ?? new() { Targets = [] }, given);
    }

    private static ForecastDataSpec Complete(string text, ForecastDataSpec spec, params string[] given)
    {
        string path = TestTables.Write(text);
        try
        {
            return ForecastDetection.Complete(spec, path, given.Length == 0 ? None : given.ToHashSet());
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
