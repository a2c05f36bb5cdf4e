using RnnActors.Core.Metrics;
using CsCheck;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Tests.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

public class ForecastTaskTests
{
    private static readonly ForecastDataSpec TwoColumns = WindowDatasetTests.Spec(2, 2) with { Scale = Scaling.Standard, Window = 5, Horizon = 3, Season = 4 };

    [Fact]
    public void A_network_that_gives_its_targets_makes_no_error() =>
        Gen.Select(Gen.Enum<Scaling>(), Gen.Enum<ValueTransform>(), Gen.Enum<TargetBase>()).Sample((scale, transform, relativeTo) =>
        {
            ForecastTask task = ForecastTask.Prepare(TwoColumns with { Scale = scale, Transform = transform, RelativeTo = relativeTo }, TestTables.Of(90, 2));
            ForecastReport report = task.Report(task.Test!, TestTables.ReadAll(task.Test!).Targets);
            Assert.InRange(report.Metrics["rmse"], 0, 2e-5);
            Assert.InRange(report.Standardised["rmse"], 0, 2e-5);
            foreach (TargetReport target in report.Targets)
            {
                Assert.InRange(target.Metrics["rmse"], 0, 2e-5);
                Assert.Equal(task.Test!.Rows, target.Actual.Count);
                for (int row = 0; row < target.Actual.Count; row++) Assert.Equal(target.Actual[row], target.Predicted[row], 1e-4);
            }
        }, iter: 40);

    [Fact]
    public void Training_targets_are_standardised_whatever_they_are_told_relative_to() =>
        Gen.Select(Gen.Enum<ValueTransform>(), Gen.Bool.Select(last => last ? TargetBase.Last : TargetBase.Seasonal)).Sample((transform, relativeTo) =>
        {
            ForecastDataSpec spec = TwoColumns with { Targets = ["b"], Transform = transform, RelativeTo = relativeTo };
            float[] targets = TestTables.ReadAll(ForecastTask.Prepare(spec, TestTables.Of(90, 2)).Train).Targets.ToArray();
            Assert.Equal(0, targets.Average(), 1e-5);
            Assert.Equal(1, Math.Sqrt(targets.Average(t => (double)t * t)), 1e-5);
        }, iter: 20);

    [Fact]
    public void Later_rows_have_no_part_in_what_is_fitted()
    {
        Table table = TestTables.Of(90, 2), other = TestTables.Of(90, 2);
        for (int row = 63; row < 90; row++) other.Columns[0].Values[row] *= 100;
        ForecastTask task = ForecastTask.Prepare(TwoColumns, table), changed = ForecastTask.Prepare(TwoColumns, other);
        Assert.Equal(task.Preparation, changed.Preparation);
        Assert.Equal(TestTables.ReadAll(task.Train).Inputs.ToArray(), TestTables.ReadAll(changed.Train).Inputs.ToArray());
        Assert.Equal(TestTables.ReadAll(task.Train).Targets.ToArray(), TestTables.ReadAll(changed.Train).Targets.ToArray());
        Assert.NotEqual(task.DataHash, changed.DataHash);
    }

    [Fact]
    public void Minimum_and_maximum_of_the_training_rows_become_0_and_1()
    {
        float[] inputs = TestTables.ReadAll(ForecastTask.Prepare(TwoColumns with { Scale = Scaling.MinMax, Split = new(1) }, TestTables.Of(90, 2)).Train)
            .Inputs.ToArray();
        Assert.Equal((0f, 1f), (inputs.Min(), inputs.Max()));
    }

    [Fact]
    public void A_column_that_never_changes_is_harmless()
    {
        Table table = new("flat", [new Column("a", [.. Enumerable.Repeat(7.0, 60)])]);
        ForecastTask task = ForecastTask.Prepare(new() { Targets = ["a"], Window = 3 }, table);
        Assert.All(TestTables.ReadAll(task.Train).Inputs.ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(7, task.Restore(task.Next, [0f])[0]);
        Assert.All(task.CompareBaselines(task.Test!), result => Assert.Equal(0, result.Report.Metrics["rmse"], 1e-9));
    }

    [Theory]
    [InlineData(MissingRule.Previous, new[] { 1.5, 1, 2, 2, 2, 5, 5 })]
    [InlineData(MissingRule.Linear, new[] { 1.5, 1, 2, 2, 2, 5, 5 })] // a window of one row knows no later value to draw a line to
    [InlineData(MissingRule.Mean, new[] { 1.5, 1, 2, 1.5, 1.5, 5, 1.5 })]
    public void Missing_values_are_filled_by_the_rule(MissingRule rule, double[] expected)
    {
        Table table = CsvTable.Parse(new("f.csv", "a,t\n,0\n1,0\n2,0\nNA,0\n,0\n5,0\n?,0\n"), new() { MissingValues = ["NA", "?"] });
        ForecastDataSpec spec = new() { Targets = ["t"], Inputs = ["a"], Window = 1, Scale = Scaling.None, Missing = rule, Split = new(3, 0, 4) };
        ForecastTask task = ForecastTask.Prepare(spec, table);
        float[] read = [.. TestTables.ReadAll(task.Train).Inputs, .. TestTables.ReadAll(task.Test!).Inputs, .. TestTables.ReadAll(task.Next).Inputs];
        Assert.Equal(expected.Select(value => (float)value), read);
    }

    [Fact]
    public void A_line_is_drawn_between_values_that_a_window_holds()
    {
        Table table = CsvTable.Parse(new("f.csv", "a,t\n1,0\n2,0\n,0\n,0\n5,0\n5,0\n,0\n"), new());
        ForecastDataSpec spec = new() { Targets = ["t"], Inputs = ["a"], Window = 4, Scale = Scaling.None, Missing = MissingRule.Linear, Split = new(1) };
        float[][] windows = TestTables.Windows(ForecastTask.Prepare(spec, table).Train);
        Assert.Equal([1, 2, 2, 2], windows[0]);
        Assert.Equal([2, 3, 4, 5], windows[1]);
        Assert.Equal([3, 4, 5, 5], windows[2]);
    }

    [Fact]
    public void Targets_that_are_missing_are_masked()
    {
        Table table = CsvTable.Parse(new("f.csv", "a,b\n1,0\n2,0\n,0\n,0\n5,0\n6,0\n7,0\n"), new());
        ForecastDataSpec spec =
            new() { Targets = ["a"], Inputs = ["a"], Window = 1, Horizon = 2, Scale = Scaling.None, Missing = MissingRule.Previous, Split = new(1) };
        WindowDataset train = ForecastTask.Prepare(spec, table).Train;
        Assert.Equal([1, 3, 4, 5], Enumerable.Range(0, train.Rows).Select(row => train.At(row).Origin)); // none forecasts the two missing rows alone
        Assert.Equal([2, float.NaN, float.NaN, 5, 5, 6, 6, 7], TestTables.ReadAll(train).Targets.ToArray());
    }

    [Fact]
    public void A_trained_task_reads_another_file_with_the_scales_of_the_first()
    {
        string[] lines =
            ["date,a,b", .. Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{new DateTime(2020, 1, 1).AddMonths(i):yyyy-MM},{i * i},{i}"))];
        string path = TestTables.Write(string.Join('\n', lines));
        ForecastDataSpec spec = new() { Path = Path.GetFileName(path), Time = "date", Targets = ["b"], Window = 4, Horizon = 2, RelativeTo = TargetBase.Last };
        ForecastTask task = ForecastTask.Load(spec, Path.GetDirectoryName(path)!);
        ForecastTask again = ForecastTask.LoadTrained(task.Preparation, path);
        Assert.Equal((0, 55), (again.Train.Rows, again.Test!.Rows));
        Assert.Equal(task.Preparation.Replace(spec.Path!, path), again.Preparation.Replace(spec.Path!, path));
        Batch all = TestTables.ReadAll(again.Test), test = TestTables.ReadAll(task.Test!);
        Assert.Equal(test.Targets[^4..].ToArray(), all.Targets[^4..].ToArray());
        Assert.Equal(TestTables.ReadAll(task.Next).Inputs.ToArray(), TestTables.ReadAll(again.Next).Inputs.ToArray());

        string shorter = TestTables.Write(string.Join('\n', lines[..5]));
        ForecastTask next = ForecastTask.LoadTrained(task.Preparation, shorter);
        Assert.Null(next.Test);
        Forecast forecast = Assert.Single(next.Forecast([0, 0]));
        Assert.Equal(["2020-05", "2020-06"], forecast.Time.Select(point => point.Label));
        Assert.Equal(2, Assert.Single(forecast.Targets).Values.Count);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Directory.Delete(Path.GetDirectoryName(shorter)!, recursive: true);
    }

    [Fact]
    public void The_forecast_of_the_next_rows_starts_from_the_last_one()
    {
        ForecastTask task = ForecastTask.Prepare(TwoColumns with { RelativeTo = TargetBase.Last, Scale = Scaling.None }, TestTables.Of(90, 2));
        Forecast forecast = Assert.Single(task.Forecast([0, 1, 2, 0, 1, 2]));
        double last = TestTables.Of(90, 2).Columns[1].Values[^1];
        Assert.Equal([last, last + 1, last + 2], forecast.Targets[1].Values);
        Assert.Equal(["91", "92", "93"], forecast.Time.Select(point => point.Label));
    }

    [Fact]
    public void The_scale_of_MASE_is_the_seasonal_error_of_the_training_rows()
    {
        Table table = TestTables.Of(90, 1, [0.3, -1, 2, 0.1, 5]);
        ForecastTask task = ForecastTask.Prepare(new() { Targets = ["a"], Window = 5, Horizon = 2, Season = 7, Split = new(60, 10, 20) }, table);
        double[] actual = [.. Enumerable.Range(70, 19).SelectMany(row => table.Columns[0].Values[row..(row + 2)])],
            predicted = [.. actual.Select(value => value + 3)];
        double scale = Enumerable.Range(7, 53).Average(row => Math.Abs(table.Columns[0].Values[row] - table.Columns[0].Values[row - 7]));
        Assert.Equal(3 / scale, task.ReportRestored(task.Test!, predicted).Metrics[MetricNames.MeanAbsoluteScaledError], 1e-9);
    }

    [Fact]
    public void The_hash_is_that_of_what_the_network_is_given()
    {
        ForecastDataSpec spec = TwoColumns;
        string hash = ForecastTask.Prepare(spec, TestTables.Of(90, 2)).DataHash;
        Assert.Equal(hash, ForecastTask.Prepare(spec, TestTables.Of(90, 2)).DataHash);
        Assert.Equal(hash, ForecastTask.Prepare(spec with { Culture = "de-DE", Path = "x" }, TestTables.Of(90, 2)).DataHash);
        ForecastDataSpec[] others =
        [
            spec with { Window = 6 }, spec with { Horizon = 2 }, spec with { Scale = Scaling.MinMax }, spec with { Targets = ["b", "a"] },
            spec with { Split = new(0.7, 0.1, 0.1) }, spec with { RelativeTo = TargetBase.Last }, spec with { Transform = ValueTransform.Log },
        ];
        Assert.Equal(others.Length + 1, others.Select(other => ForecastTask.Prepare(other, TestTables.Of(90, 2)).DataHash).Append(hash).Distinct().Count());
    }

    [Fact]
    public void Without_a_path_the_built_in_series_is_read()
    {
        ForecastTask task = ForecastTask.Load(new() { Targets = ["x"], Inputs = ["*"] }, ".");
        Assert.Equal("x", Assert.Single(task.Inputs).Name);
        Assert.True(task.Train.Rows > 1000);
    }
}
