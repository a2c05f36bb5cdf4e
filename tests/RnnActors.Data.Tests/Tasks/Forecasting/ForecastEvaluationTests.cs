using CsCheck;
using RnnActors.Core.Metrics;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Baselines;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>Figures are made of forecasts that come one after the other, and are those of all at once.</summary>
public class ForecastEvaluationTests
{
    private static readonly Gen<(ForecastDataSpec Spec, Table Table, int Seed)> Cases = Gen.Select(Gen.Int[1, 3], Gen.Int[1, 4], Gen.Int).Select(
        (series, horizon, seed) => (new ForecastDataSpec
        {
            Targets = ["y", "x"],
            Inputs = ["y", "x"],
            Series = series > 1 ? ["id"] : [],
            Window = 5,
            Horizon = horizon,
            Season = 7,
            Missing = MissingRule.Previous,
        }, TestTables.Dated(new Random(seed), series, 70, 0.3), seed));

    [Fact]
    public void Figures_are_those_of_arrays_to_the_bit() => Cases.Sample((spec, table, seed) =>
    {
        WindowDataset part = ForecastTask.Prepare(spec, table).Test!;
        var random = new Random(seed);
        double[] predicted = [.. Enumerable.Range(0, part.Rows * part.Target.Outputs).Select(_ => random.NextDouble() * 50)], actual = part.Actual();
        int[] observed = [.. Enumerable.Range(0, actual.Length).Where(i => double.IsFinite(actual[i]))];
        int outputs = part.Target.Outputs, horizon = spec.Horizon;
        ForecastReport report = ForecastEvaluation.Report(part, predicted);

        Assert.Equal((observed.Length, actual.Length - observed.Length), (report.Observed, report.Absent));
        for (int target = 0; target < 2; target++) Check([.. observed.Where(i => i % outputs / horizon == target)], report.Targets[target].Metrics);
        foreach (NamedMetrics series in report.Series)
            Check([.. observed.Where(i => part.Panel.Series[part.At(i / outputs).Series].Name == series.Key)], series.Metrics);
        foreach (NamedMetrics step in report.Steps) Check([.. observed.Where(i => $"{(i % horizon) + 1}" == step.Key)], step.Metrics);
        double all = 0;
        foreach (int i in observed) all += (predicted[i] - actual[i]) * (predicted[i] - actual[i]);
        Assert.Equal(all / observed.Length, report.Metrics[MetricNames.MeanSquaredError]);

        void Check(int[] at, MetricList metrics)
        {
            if (at.Length == 0) return;
            double[] was = [.. at.Select(i => actual[i])], said = [.. at.Select(i => predicted[i])];
            double[] scales = [.. at.Select(i => part.Panel.NaiveErrorOf(part.At(i / outputs).Series, i % outputs / horizon))];
            double mean = 0, squares = 0, around = 0;
            foreach (double value in was) mean += value;
            for (int i = 0; i < was.Length; i++)
            {
                squares += (said[i] - was[i]) * (said[i] - was[i]);
                around += (was[i] - (mean / was.Length)) * (was[i] - (mean / was.Length));
            }

            Assert.Equal(squares / was.Length, metrics[MetricNames.MeanSquaredError]);
            Assert.Equal(around == 0 ? (squares == 0 ? 1 : 0) : 1 - (squares / around), metrics[MetricNames.R2]);
            PartialMean scaled = ForecastMetrics.MeanAbsoluteScaledError(was, said, scales);
            if (scaled.Terms > 0) Assert.Equal(scaled.Value, metrics[MetricNames.MeanAbsoluteScaledError]);
            PartialMean percentage = ForecastMetrics.MeanAbsolutePercentageError(was, said);
            if (percentage.Terms > 0) Assert.Equal(percentage.Value, metrics[MetricNames.MeanAbsolutePercentageError]);
        }
    }, iter: 60);

    [Fact]
    public void Quantile_losses_are_those_of_arrays_to_the_bit() => Gen.Double[0.1, 9].Array[1, 60].Sample(values =>
    {
        double[] levels = [0.1, 0.5, 0.9];
        double[] predicted = [.. values.SelectMany(value => levels.Select(level => (10 * level) + (value / 3)))];
        QuantileSums sums = new(levels);
        for (int i = 0; i < values.Length; i++) sums.Add(values[i], predicted.AsSpan(i * levels.Length, levels.Length));
        double pinball = 0;
        for (int q = 0; q < levels.Length; q++)
            pinball += ForecastMetrics.PinballLoss(values, [.. values.Select((_, i) => predicted[(i * levels.Length) + q])], levels[q]) / levels.Length;
        Assert.Equal(pinball, sums.MeanPinballLoss);
        Assert.Equal(ForecastMetrics.WeightedQuantileLoss(values, predicted, levels), sums.WeightedQuantileLoss);
    });

    /// <summary>Missing targets part the windows of a series; smoothing goes on from where it was.</summary>
    [Fact]
    public void Baselines_forecast_some_windows_as_they_forecast_all() => Cases.Sample((spec, table, seed) =>
    {
        ForecastTask task = ForecastTask.Prepare(spec, table);
        WindowDataset part = task.Test!;
        int cut = 1 + new Random(seed).Next(part.Rows);
        foreach (Baseline baseline in Baseline.For(task.Panel, task.Train, task.Validation, part))
        {
            double[] all = baseline.Predict(part);
            for (int again = 0; again < 2; again++)
            {
                List<double> some = [];
                for (int first = 0; first < part.Rows; first += cut)
                    some.AddRange(baseline.Predict(part.Slice(first, Math.Min(cut, part.Rows - first))));
                Assert.Equal(all, some);
            }

            Assert.Equal(all, new BaselineForecasts(baseline, part).Values);
        }
    }, iter: 60);

    /// <summary>Arrays of actual values, forecasts, scales and places took some hundred bytes a value.</summary>
    [Fact]
    public void A_report_of_more_windows_takes_no_more_memory()
    {
        long few = AllocatedFor(2_000), many = AllocatedFor(20_000);
        Assert.InRange(many - few, long.MinValue, 20_000);
    }

    private static long AllocatedFor(int rows)
    {
        double[] values = [.. Enumerable.Range(0, rows).Select(row => Math.Sin(row) + 2)];
        ForecastDataSpec spec = new() { Targets = ["y"], Window = 3, Horizon = 2, Split = new(0.3, 0.1, 0.6) };
        WindowDataset part = ForecastTask.Prepare(spec, new Table("sine", [new Column("y", values)])).Test!;
        IReadOnlyList<double> restored = ForecastTask.Restored(part, new float[part.Rows * 2]);
        ForecastEvaluation.Report(part, restored);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ForecastEvaluation.Report(part, restored);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
