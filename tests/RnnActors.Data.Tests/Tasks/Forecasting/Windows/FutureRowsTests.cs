using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class FutureRowsTests
{
    /// <summary>As in the case future_rows: promotions are known longer than sales.</summary>
    private static Table Sales(int known, int future, int series = 1)
    {
        int rows = known + future;
        double[] days = [.. Enumerable.Range(0, series * rows).Select(i => (double)(i % rows))];
        return new(
            "sales",
            [
                new Column("id", [.. Enumerable.Range(0, series * rows).Select(i => $"s{i / rows}")]),
                new("promo", [.. days.Select(day => day * 7 % 11)]),
                new("sales", [.. days.Select(day => day < known ? 100 + day : double.NaN)]),
            ],
            [.. days.Select(day => new DateTime(2024, 1, 1).AddDays(day))]);
    }

    [Theory]
    [InlineData(MissingRule.Refuse)]
    [InlineData(MissingRule.Previous)]
    public void Rows_at_the_end_without_a_target_are_forecast_first_and_never_scored(MissingRule missing)
    {
        ForecastDataSpec spec =
            new() { Targets = ["sales"], Inputs = ["sales", "promo"], Window = 14, Missing = missing, RelativeTo = TargetBase.Last, Scale = Scaling.None };
        ForecastTask task = ForecastTask.Prepare(spec, Sales(200, 30)), without = ForecastTask.Prepare(spec, Sales(200, 0));
        Assert.Equal(without.Test!.Rows, task.Test!.Rows);
        TestTables.AssertSameBits(TestTables.ReadAll(without.Test), TestTables.ReadAll(task.Test));
        BaselineResult last = task.CompareBaselines(task.Test)[0];
        Assert.Equal(1, last.Report.Metrics["rmse"]);
        Forecast next = Assert.Single(task.Forecast([1f]));
        Assert.Equal((new DateTime(2024, 7, 19), 300), (next.Time[0].Date, next.Targets[0].Values[0]));
    }

    [Fact]
    public void What_is_known_is_read_for_exactly_the_rows_that_are_forecast() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 8], Gen.Int[1, 2]).Sample((window, horizon, series) =>
    {
        ForecastDataSpec spec = new()
        {
            Targets = ["sales"],
            Inputs = ["sales"],
            Known = ["promo"],
            Series = ["id"],
            Window = window,
            Horizon = horizon,
            Scale = Scaling.None,
            Split = new(0.6, 0, 0.4),
        };
        Table table = Sales(80, 10, series);
        ForecastTask task = ForecastTask.Prepare(spec, table);
        double[] promo = table.Find("promo").Values;
        foreach (WindowDataset part in (WindowDataset[])[task.Train, task.Test!, task.Next])
        {
            int width = part.Input.Features;
            for (int row = 0; row < part.Rows; row++)
            {
                int origin = part.At(row).Origin;
                float[] read = TestTables.Windows(part)[row];
                HashSet<int> seen = [];
                for (int i = 0; i < width; i++)
                {
                    if (task.Inputs[i].Name != "promo") continue;
                    for (int t = 0; t < window; t++)
                    {
                        int at = origin - window + t + task.Inputs[i].Ahead;
                        Assert.True(at < origin + horizon);
                        Assert.Equal((float)promo[at], read[(t * width) + i]);
                        seen.Add(at);
                    }
                }

                Assert.Equal(Enumerable.Range(origin, horizon), seen.Where(at => at >= origin).Order());
            }
        }
    }, iter: 60);

    [Fact]
    public void Rows_of_what_must_be_known_are_asked_for_where_they_are_not_there()
    {
        ForecastDataSpec spec = new() { Targets = ["sales"], Known = ["promo"], Series = ["id"], Window = 5, Horizon = 4 };
        ForecastTask task = ForecastTask.Prepare(spec, Sales(60, 3, 2));
        InvalidInputException problem = Assert.Throws<InvalidInputException>(() => task.Next);
        Assert.Contains("column 'promo' must be known for the 4 rows that are forecast of series s0, and the file has 3 such rows", problem.Message);
        Assert.Equal(2, ForecastTask.Prepare(spec, Sales(60, 4, 2)).Next.Rows);
    }

    [Fact]
    public void A_value_that_must_be_known_and_is_missing_is_refused()
    {
        Table table = TestTables.Change(Sales(60, 4), "promo", (row, value) => row == 62 ? double.NaN : value);
        Assert.Contains("A value is missing in column 'promo'", Assert.Throws<InvalidInputException>(
            () => ForecastTask.Prepare(new() { Targets = ["sales"], Known = ["promo"], Window = 5, Horizon = 4 }, table)).Message);
    }

    [Fact]
    public void Holidays_are_known_ahead_without_rows()
    {
        string path = TestTables.Write("date,name\n2024-03-03,a feast\n2024-01-06\n");
        try
        {
            ForecastDataSpec spec = new() { Targets = ["sales"], Inputs = ["sales"], Holidays = path, Window = 3, Horizon = 4, Scale = Scaling.None };
            WindowDataset next = ForecastTask.Prepare(spec, Sales(60, 0)).Next; // 2024-02-29 is the last day
            Assert.Equal(new DateTime(2024, 3, 1), next.Panel.Time.TimeOf(next.Panel.Series[0], 60));
            float[] read = TestTables.Windows(next)[0];
            int width = next.Input.Features, ahead = next.Panel.Preparation.Inputs.ToList().FindIndex(input => input.Ahead == 4);
            Assert.Equal([0, 1, 0], Enumerable.Range(0, 3).Select(t => (int)read[(t * width) + ahead])); // 2, 3 and 4 March
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Theory]
    [InlineData("", "has no date")]
    [InlineData("2024-01-01\n31.12.2024\n", ":2:1: '31.12.2024' is no date")]
    public void A_file_of_holidays_that_is_none_is_refused(string text, string message)
    {
        string path = TestTables.Write(text);
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => HolidayFile.Read(path)).Message);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Assert.Contains("cannot be read", Assert.Throws<InvalidInputException>(() => HolidayFile.Read(path)).Message);
    }
}
