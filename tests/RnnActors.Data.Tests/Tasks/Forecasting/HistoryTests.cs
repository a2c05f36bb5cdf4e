using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>A file that goes on where the training data end.</summary>
public class HistoryTests
{
    private static readonly ForecastDataSpec Spec = new() { Targets = ["y"], Inputs = ["y"], Window = 6, Horizon = 2, Lags = [9], Season = 7 };

    private static string Rows(int from, int to) =>
        string.Join('\n', Enumerable.Range(from, to - from)
        .Select(i => FormattableString.Invariant($"{new DateTime(2024, 1, 1).AddDays(i):yyyy-MM-dd},{Value(i)}")));

    private static double Value(int i) => Math.Round(100 + (10 * Math.Sin(i)), 3);

    [Fact]
    public void A_file_that_begins_behind_the_training_data_is_read_with_them_before_it() =>
        With("date,y\n" + Rows(0, 80), "date,y\n" + Rows(80, 100), (history, path) =>
    {
        ForecastTask trained = ForecastTask.Load(Spec with { Path = history }, "");
        ForecastTask joined = ForecastTask.LoadTrained(trained.Preparation, path, history);
        Assert.Equal((80, 19), (joined.Test!.FirstOrigin, joined.Test.Rows)); // all of its rows are forecast
        Assert.Contains(joined.Notes, note => note.Contains("goes on where the training data end", StringComparison.Ordinal));
        Assert.Equal([.. Enumerable.Range(80, 19).SelectMany(i => (double[])[Value(i), Value(i + 1)])], joined.Test.Actual());
        ForecastTask alone = ForecastTask.LoadTrained(trained.Preparation, path);
        Assert.Equal((6, 13), (alone.Test!.FirstOrigin, alone.Test.Rows));
        With("date,y\n" + Rows(0, 100), "", (whole, _) =>
        {
            ForecastTask all = ForecastTask.LoadTrained(trained.Preparation, whole);
            Batch expected = all.Test!.CreateBatch(19);
            all.Test.Read([.. Enumerable.Range(80 - 6, 19)], expected);
            TestTables.AssertSameBits(expected, TestTables.ReadAll(joined.Test));
            TestTables.AssertSameBits(TestTables.ReadAll(all.Next), TestTables.ReadAll(joined.Next));
            Assert.Equal(all.Forecast([0f, 0f])[0].Time, joined.Forecast([0f, 0f])[0].Time);
        });
    });

    [Fact]
    public void A_file_that_overlaps_the_training_data_stands_alone() => With("date,y\n" + Rows(0, 80), "date,y\n" + Rows(79, 100), (history, path) =>
    {
        ForecastTask trained = ForecastTask.Load(Spec with { Path = history }, "");
        ForecastTask task = ForecastTask.LoadTrained(trained.Preparation, path, history);
        Assert.Equal((21, 6), (task.Panel.Rows, task.Test!.FirstOrigin));
        Assert.DoesNotContain(task.Notes, note => note.Contains("goes on", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Files_whose_newest_rows_come_first_are_joined_too(bool isPastReversed, bool isLaterReversed)
    {
        string Order(string rows, bool isReversed) => "date,y\n" + string.Join('\n', isReversed ? rows.Split('\n').Reverse() : rows.Split('\n'));
        With(Order(Rows(0, 80), isPastReversed), Order(Rows(80, 100), isLaterReversed), (history, path) =>
        {
            ForecastTask trained = ForecastTask.Load(Spec with { Path = history }, "");
            ForecastTask task = ForecastTask.LoadTrained(trained.Preparation, path, history);
            Assert.Equal((80, 19), (task.Test!.FirstOrigin, task.Test.Rows));
            Assert.Equal(isLaterReversed, task.Notes.Any(note => note.StartsWith("The newest rows come first", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void Rows_without_dates_go_on_where_they_are_too_few_for_a_window()
    {
        string Undated(int from, int to) =>
            "y\n" + string.Join('\n', Enumerable.Range(from, to - from).Select(i => FormattableString.Invariant($"{Value(i)}")));
        With(Undated(0, 80), Undated(80, 86), (history, path) =>
        {
            ForecastTask trained = ForecastTask.Load(Spec with { Path = history }, "");
            Assert.Equal((80, 5),
                (ForecastTask.LoadTrained(trained.Preparation, path, history).Test!.FirstOrigin, ForecastTask.LoadTrained(trained.Preparation, path, history)
                .Test!.Rows));
        });
        With(Undated(0, 80), Undated(80, 100), (history, path) =>
        {
            ForecastTask trained = ForecastTask.Load(Spec with { Path = history }, "");
            Assert.Equal(20, ForecastTask.LoadTrained(trained.Preparation, path, history).Panel.Rows);
        });
    }

    [Fact]
    public void Each_series_goes_on_behind_its_own_rows()
    {
        string Two(int from, int to) =>
            "id,date,y\n" + string.Join('\n', ((string[])["a", "b"]).SelectMany(id => Rows(from, to).Split('\n').Select(row => $"{id},{row}")));
        With(Two(0, 80), Two(80, 90), (history, path) =>
        {
            ForecastTask trained = ForecastTask.Load(Spec with { Path = history, Series = ["id"] }, "");
            WindowDataset test = ForecastTask.LoadTrained(trained.Preparation, path, history).Test!;
            Assert.Equal([new(0, 80, 9), new(1, 170, 9)], test.Ranges);
        });
    }

    [Fact]
    public void The_training_file_itself_is_not_joined_to_itself() => With("date,y\n" + Rows(0, 80), "", (history, _) =>
    {
        ForecastTask trained = ForecastTask.Load(Spec with { Path = history }, "");
        Assert.Equal(80, ForecastTask.LoadTrained(trained.Preparation, history, history).Panel.Rows);
    });

    private static void With(string history, string later, Action<string, string> test)
    {
        string first = TestTables.Write(history), second = TestTables.Write(later);
        try
        {
            test(first, second);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(first)!, recursive: true);
            Directory.Delete(Path.GetDirectoryName(second)!, recursive: true);
        }
    }
}
