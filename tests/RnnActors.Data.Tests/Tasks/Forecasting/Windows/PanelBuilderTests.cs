using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class PanelBuilderTests
{
    private static readonly ForecastDataSpec Spec = new() { Targets = ["y"], Inputs = ["y"], Window = 3, Split = new(1) };

    [Fact]
    public void Rows_that_come_newest_first_are_turned_round_and_it_is_said()
    {
        string[] rows = [.. Days(20).Select((day, i) => $"{day},{i}")];
        ForecastTask forward = ForecastTask.Prepare(Spec, Csv(rows)), backward = ForecastTask.Prepare(Spec, Csv([.. rows.Reverse()]));
        Assert.Contains("The newest rows come first: they are read in the order of 'date'", backward.Notes);
        Assert.DoesNotContain(forward.Notes, note => note.StartsWith("The newest", StringComparison.Ordinal));
        Assert.Equal(forward.DataHash, backward.DataHash);
        Assert.Equal(forward.Forecast([0f])[0].Time, backward.Forecast([0f])[0].Time);
    }

    /// <summary>One row that is there twice does not hide that a column parts the rows; without such a column nothing is suggested.</summary>
    [Fact]
    public void A_series_with_a_row_twice_is_still_seen()
    {
        string[] rows = [.. Days(60).SelectMany(day => new[] { "A", "B" }.Select(shop => $"{day},{shop},5")), "2024-02-29,A,6"];
        Table table = TestTables.Parse("date,shop,sales\n" + string.Join('\n', rows), "date");
        InvalidInputException problem = Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(new() { Targets = ["sales"] }, table));
        Assert.Contains("several series (shop = A, B, but for 1 of the rows)", problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("f.csv:122:1", Assert.Throws<InvalidInputException>(
            () => PanelBuilder.Build(new() { Targets = ["sales"], Series = ["shop"] }, table)).Message, StringComparison.Ordinal);

        string[] one = [.. Days(60).Select((day, i) => $"{day},{"AB"[i % 2]},5"), "2024-02-28,A,6"];
        problem = Assert.Throws<InvalidInputException>(
            () => PanelBuilder.Build(new() { Targets = ["sales"] }, TestTables.Parse("date,shop,sales\n" + string.Join('\n', one), "date")));
        Assert.DoesNotContain("several series", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeated_date_is_refused_and_the_column_of_the_series_named()
    {
        string[] rows =
            [.. new[] { 1, 2, 3 }.SelectMany(store => Days(60).Select((day, i) => FormattableString.Invariant($"{store},{day},{100 + (i * 1.5)}")))];
        Table table = TestTables.Parse("store,date,sales\n" + string.Join('\n', rows), "date");
        InvalidInputException problem = Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(new() { Targets = ["sales"] }, table));
        Assert.StartsWith("f.csv:62:3: The date '2024-01-01' is not after that of the row before ('2024-02-29'); the first 60 of 180 rows are in order",
            problem.Message);
        Assert.Contains("the file seems to hold several series (store = 1, 2, 3)", problem.Message);
        Assert.Contains("--series store", problem.Message);
        Assert.Equal("store", RowOrder.SeriesIn(new() { Targets = ["sales"] }, table));
        Assert.Equal(3, PanelBuilder.Build(new() { Targets = ["sales"], Series = ["store"] }, table).Series.Count);
    }

    [Fact]
    public void Dates_out_of_order_within_a_series_name_it()
    {
        Table table = TestTables.Parse("id,date,y\na,2024-01-01,1\na,2024-01-02,2\nb,2024-01-02,1\nb,2024-01-02,2\n", "date");
        Assert.Contains(
            "of series b is not after",
            Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(Spec with { Series = ["id"] }, table)).Message);
    }

    [Fact]
    public void The_hour_that_comes_twice_in_autumn_is_told_from_a_mistake()
    {
        string[] hours = ["2023-10-29 00:00", "2023-10-29 01:00", "2023-10-29 02:00", "2023-10-29 02:00", "2023-10-29 03:00"];
        InvalidInputException problem =
            Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(Spec, Csv([.. hours.Select((hour, i) => $"{hour},{i}")])));
        Assert.Contains("the clock was put back here", problem.Message);
        Assert.Contains("02:00+01:00", problem.Message);
    }

    [Theory]
    [InlineData("2023-10-28T22:00Z")]
    [InlineData("2023-03-25T22:00Z")]
    public void Dates_with_offsets_have_no_gap_where_the_clock_is_changed(string first)
    {
        Panel panel = PanelBuilder.Build(Spec with { Gaps = GapRule.Insert }, Csv(Berlin(first, Enumerable.Range(0, 48))));
        Assert.DoesNotContain(panel.Notes, note => note.Contains("usual step", StringComparison.Ordinal));
        Assert.Equal((48, 1), (panel.Rows, panel.Runs.Count));
    }

    [Theory]
    [InlineData("2023-10-28T22:00Z")]
    [InlineData("2023-03-25T22:00Z")]
    public void A_gap_over_a_change_of_the_clock_has_the_hours_that_are_missing(string first)
    {
        ForecastDataSpec spec = Spec with { Gaps = GapRule.Insert };
        Panel panel = PanelBuilder.Build(spec, Csv(Berlin(first, Enumerable.Range(0, 48).Where(hour => hour is < 2 or > 6))));
        Assert.Contains(panel.Notes, note => note.Contains("1 gap of 5 missing rows", StringComparison.Ordinal));
        Assert.Equal(48, panel.Rows);
    }

    [Fact]
    public void The_numbers_of_gaps_are_those_of_the_file()
    {
        // As in the case gaps_silent: hourly, 51 hours missing in three places.
        DateTime start = new(2024, 3, 1);
        int[] hours = [.. Enumerable.Range(0, 480).Where(hour => hour is not (50 or 300) && hour is < 197 or > 244)];
        Table table = Csv([.. hours.Select(hour => FormattableString.Invariant($"{start.AddHours(hour):yyyy-MM-dd HH:mm},{hour}"))]);
        Assert.Contains(
            "The usual step is 1:00:00; 3 gaps of 50 missing rows, the largest 49 hours behind line 197. "
                + "Windows run across: --gaps insert inserts the missing rows, --gaps cut cuts windows there",
            PanelBuilder.Build(Spec, table).Notes);
        Panel inserted = PanelBuilder.Build(Spec with { Gaps = GapRule.Insert }, table);
        Assert.Equal((480, 480 - hours.Length), (inserted.Rows, inserted.SourceRows.Count(row => row == -1)));
        Assert.Equal(Enumerable.Range(0, 480).Select(hour => start.AddHours(hour)), inserted.Dates);
        Assert.Equal(Enumerable.Range(0, 480).Where(hour => !hours.Contains(hour)), Enumerable.Range(0, 480)
            .Where(row => double.IsNaN(inserted.Table.Find("y").Values[row])));
        Panel cut = PanelBuilder.Build(Spec with { Gaps = GapRule.Cut }, table);
        Assert.Equal([(0, 50), (50, 196), (196, 251), (251, hours.Length)], cut.Runs.Select(run => (run.Start, run.End)));
    }

    [Fact]
    public void Windows_do_not_cross_a_cut_and_run_through_inserted_rows()
    {
        int[] days = [.. Enumerable.Range(0, 60).Where(day => day is < 20 or > 22)];
        string[] names = [.. Days(60)];
        Table table = Csv([.. days.Select(day => $"{names[day]},{day}")]);
        WindowDataset cut = ForecastTask.Prepare(Spec with { Gaps = GapRule.Cut, Scale = Scaling.None }, table).Train;
        Assert.All(Enumerable.Range(0, cut.Rows), row =>
        {
            float[] read = TestTables.Windows(cut)[row];
            Assert.Equal([read[0] + 1, read[0] + 2], read[1..]);
        });
        Assert.Equal(57 - 3 - 3, cut.Rows);
        InvalidInputException problem = Assert.Throws<InvalidInputException>(() => ForecastTask.Prepare(Spec with { Gaps = GapRule.Insert }, table));
        Assert.Contains("A value is missing in column 'y'", problem.Message);
        ForecastTask inserted = ForecastTask.Prepare(Spec with { Gaps = GapRule.Insert, Missing = MissingRule.Previous, Scale = Scaling.None }, table);
        Assert.Equal(60 - 3 - 3, inserted.Train.Rows); // three windows would forecast rows that are not there
        Assert.Equal([19, 19, 19], TestTables.Windows(inserted.Train)[17]);
    }

    [Fact]
    public void So_many_missing_rows_are_not_inserted()
    {
        Table table = Csv(["2000-01-01 00:00:00,1", "2000-01-01 00:00:01,2", "2000-01-01 00:00:02,2", "2009-01-01 00:00:00,3"]);
        Assert.Contains(
            "too many to insert",
            Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(Spec with { Gaps = GapRule.Insert }, table)).Message);
        Assert.Equal(4, PanelBuilder.Build(Spec, table).Rows);
    }

    [Fact]
    public void A_row_without_a_series_is_refused() => Assert.Contains(
        "column 'id' is empty",
            Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(Spec with { Series = ["id"] }, TestTables.Parse("id,y\na,1\n,2\nb,3\n"))).Message);

    /// <summary>Hours of the clock of Berlin, with their offsets.</summary>
    private static string[] Berlin(string first, IEnumerable<int> hours)
    {
        DateTime start = DateTime.Parse(first, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        DateTime change = new(start.Year, start.Month, start.Month == 3 ? 26 : 29, 1, 0, 0, DateTimeKind.Utc);
        return
        [
            .. hours.Select(hour =>
            {
                DateTime utc = start.AddHours(hour);
                int offset = (utc >= change) == (start.Month == 3) ? 2 : 1;
                return FormattableString.Invariant($"{utc.AddHours(offset):yyyy-MM-ddTHH:mm}+0{offset}:00,{hour}");
            }),
        ];
    }

    private static IEnumerable<string> Days(int count) =>
        Enumerable.Range(0, count).Select(day => new DateTime(2024, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static Table Csv(IReadOnlyList<string> rows) => TestTables.Parse("date,y\n" + string.Join('\n', rows), "date");
}
