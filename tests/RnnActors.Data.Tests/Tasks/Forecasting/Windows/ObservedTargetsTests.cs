using CsCheck;
using RnnActors.Core.Metrics;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

/// <summary>Targets that nobody observed have no part in anything.</summary>
public class ObservedTargetsTests
{
    private static readonly Gen<(ForecastDataSpec Spec, Table Table, int Seed)> Cases = Gen
        .Select(Gen.Enum<WindowNormalization>(), Gen.Enum<ValueTransform>(), Gen.Enum<Scaling>(), Gen.Enum<TargetBase>(), Gen.Int[1, 3], Gen.Int[1, 4], Gen.Int)
        .Select((normalize, transform, scale, relativeTo, series, horizon, seed) => (new ForecastDataSpec
        {
            Targets = ["y", "x"],
            Inputs = ["y", "x"],
            Series = series > 1 ? ["id"] : [],
            Window = 5,
            Horizon = horizon,
            Season = 7,
            Missing = MissingRule.Previous,
            Normalize = normalize,
            RelativeTo = normalize == WindowNormalization.None ? relativeTo : TargetBase.None,
            Transform = transform,
            Scale = scale,
        }, TestTables.Dated(new Random(seed), series, 70, 0.4), seed));

    [Fact]
    public void Targets_are_missing_in_batches_where_they_are_missing_in_the_file() => Cases.Sample((spec, table, _) =>
    {
        ForecastTask task = ForecastTask.Prepare(spec, table);
        foreach (WindowDataset part in (WindowDataset[])[task.Train, task.Validation!, task.Test!])
        {
            Batch batch = TestTables.ReadAll(part);
            double[] actual = part.Actual();
            for (int i = 0; i < actual.Length; i++)
            {
                (int row, int output) = Math.DivRem(i, part.Target.Outputs);
                double value = table.Find(spec.Targets[output / spec.Horizon]).Values[part.At(row).Origin + (output % spec.Horizon)];
                Assert.Equal(value, actual[i]);
                Assert.Equal(double.IsNaN(value), float.IsNaN(batch.Targets[i]));
            }
        }
    }, iter: 60);

    [Fact]
    public void Windows_without_an_observed_target_are_left_out_and_no_others() => Cases.Sample((spec, table, _) =>
    {
        ForecastTask task = ForecastTask.Prepare(spec, table);
        PanelSplit split = PanelSplit.Resolve(spec.Split, PanelBuilder.Build(spec, table));
        double[] y = table.Find("y").Values, x = table.Find("x").Values;
        int reach = WindowShape.Of(spec).Reach;
        List<Window> expected = [];
        for (int number = 0; number < task.Panel.Series.Count; number++)
        {
            for (int origin = task.Panel.Series[number].Start + reach; origin + spec.Horizon <= split.Train[number].End; origin++)
                if (Enumerable.Range(origin, spec.Horizon).Any(row => double.IsFinite(y[row]) || double.IsFinite(x[row]))) expected.Add(new(number, origin));
        }

        Assert.Equal(expected, Enumerable.Range(0, task.Train.Rows).Select(task.Train.At));
    }, iter: 60);

    [Fact]
    public void Figures_are_those_of_the_observed_targets_alone() => Cases.Sample((spec, table, seed) =>
    {
        ForecastTask task = ForecastTask.Prepare(spec, table);
        WindowDataset test = task.Test!;
        double[] actual = test.Actual();
        double[] predicted = TestTables.Values(new Random(seed), actual.Length);
        int[] observed = [.. Enumerable.Range(0, actual.Length).Where(i => double.IsFinite(actual[i]))];
        ForecastReport report = task.ReportRestored(test, predicted);
        Assert.Equal((observed.Length, actual.Length - observed.Length), (report.Observed, report.Absent));
        MetricList Of(IEnumerable<int> at) => ValueMetrics.Compute([.. at.Select(i => actual[i])], [.. at.Select(i => predicted[i])]);
        foreach (string metric in (string[])["mse", "rmse", "mae", "smape"]) Assert.Equal(Of(observed)[metric], report.Metrics[metric]);
        for (int target = 0; target < 2; target++)
            Assert.Equal(Of(observed.Where(i => i % (2 * spec.Horizon) / spec.Horizon == target))["r2"], report.Targets[target].Metrics["r2"]);
        Assert.Equal(report.Targets.Average(target => target.Metrics["r2"]), report.Metrics["r2"]);
        foreach (int i in Enumerable.Range(0, actual.Length).Except(observed)) predicted[i] = 1e6;
        Assert.Equal(report.Metrics, task.ReportRestored(test, predicted).Metrics);
    }, iter: 60);

    [Fact]
    public void A_target_that_is_never_observed_in_a_part_does_not_hide_the_figures_of_the_others()
    {
        Table table = TestTables.Change(TestTables.Of(60, 2), "b", (row, value) => row < 48 ? value : double.NaN);
        ForecastTask task = ForecastTask.Prepare(new() { Targets = ["a", "b"], Inputs = ["a"], Window = 4 }, table);
        ForecastReport report = task.ReportRestored(task.Test!, new double[2 * task.Test!.Rows]);
        Assert.Equal(report.Targets[0].Metrics["r2"], report.Metrics["r2"]);
    }

    [Fact]
    public void Targets_may_be_missing_where_inputs_may_not_even_where_their_past_is_read()
    {
        Table table = TestTables.Change(TestTables.Of(60, 2), "b", (row, value) => row % 5 == 3 ? double.NaN : value);
        ForecastDataSpec spec = new() { Targets = ["b"], Inputs = ["a"], Lags = [1], RollingMeans = [3], Window = 4 };
        Assert.True(ForecastTask.Prepare(spec, table).Panel.HasAbsent);
        Assert.Contains("A value is missing in column 'b'",
            Assert.Throws<InvalidInputException>(() => ForecastTask.Prepare(spec with { Inputs = ["a", "b"] }, table)).Message);
    }

    [Theory]
    [InlineData(MissingRule.Previous)]
    [InlineData(MissingRule.Linear)]
    [InlineData(MissingRule.Mean)]
    public void Noise_with_half_its_values_missing_cannot_be_forecast(MissingRule missing)
    {
        var random = new Random(1);
        double[] noise = [.. Enumerable.Range(0, 2999).Select(i => (random.NextDouble() * 2) - 1).Select((value, i) => i % 2 == 0 ? value : double.NaN)];
        ForecastDataSpec spec = new() { Targets = ["y"], Inputs = ["y"], Window = 6, Missing = missing };
        ForecastTask task = ForecastTask.Prepare(spec, new Table("noise", [new Column("y", noise)]));
        Assert.InRange(task.CompareBaselines(task.Test!).Single(result => result.Key == "linear").Report.Metrics["r2"], -0.1, 0.1);
        Assert.Contains(task.Notes, note => note.StartsWith("Target values that nobody observed", StringComparison.Ordinal)
            && note.EndsWith("train 1,049, validation 150, test 300", StringComparison.Ordinal));
        Assert.Contains(task.Notes, note => note.StartsWith("Input values filled from their past", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_window_whose_targets_are_all_observed_there_is_no_linear_forecast()
    {
        double[] values = [.. TestTables.Values(new Random(1), 80).Select((value, i) => i % 2 == 0 ? value : double.NaN)];
        ForecastDataSpec spec = new() { Targets = ["y"], Inputs = ["y"], Window = 6, Horizon = 2, Missing = MissingRule.Previous };
        var table = new Table("noise", [new Column("y", values)]);
        ForecastTask task = ForecastTask.Prepare(spec, table);
        Assert.DoesNotContain(task.CompareBaselines(task.Test!), result => result.Key == "linear");
        Assert.Contains("data.backTransform is mean", Assert.Throws<InvalidInputException>(
            () => ForecastTask.Prepare(spec with { Transform = ValueTransform.Log, BackTransform = BackTransform.Mean }, table)).Message);
    }

    [Fact]
    public void Forecasts_are_restored_to_what_was_told() => Cases.Sample((spec, table, _) =>
    {
        WindowDataset test = ForecastTask.Prepare(spec, table).Test!;
        for (int row = 0; row < test.Rows; row++)
        {
            for (int output = 0; output < test.Target.Outputs; output++)
            {
                Window window = test.At(row);
                double actual = test.ActualOf(window, output / spec.Horizon, output % spec.Horizon);
                if (double.IsFinite(actual)) Assert.Equal(actual, test.Restore(window, output, test.TargetOf(window, output)), 1e-9 * Math.Abs(actual));
            }
        }
    }, iter: 60);

    [Fact]
    public void Windows_of_tiny_values_are_normalised_by_their_own_deviation()
    {
        double[] values = [.. TestTables.Values(new Random(3), 80).Select((value, i) => i is > 60 and < 70 ? 5e-9 : value * 1e-10)];
        ForecastDataSpec spec = new() { Targets = ["y"], Window = 5, Normalize = WindowNormalization.Standard };
        WindowDataset test = ForecastTask.Prepare(spec, new Table("tiny", [new Column("y", values)])).Test!;
        for (int row = 0; row < test.Rows; row++)
        {
            Window window = test.At(row);
            Assert.Equal(test.ActualOf(window, 0, 0), test.Restore(window, 0, test.TargetOf(window, 0)), 1e-9 * 5e-9);
        }
    }
}
