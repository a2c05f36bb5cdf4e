using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>A forecast's metrics beside those of the simple forecasts.</summary>
internal static class ForecastScore
{
    private const string Deciding = MetricNames.RootMeanSquaredError;

    public static IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(MetricNames.MeanSquaredError, "MSE"),
        new(MetricNames.RootMeanSquaredError, "RMSE"),
        new(MetricNames.MeanAbsoluteError, "MAE"),
        new(MetricNames.SymmetricMeanAbsolutePercentageError, "sMAPE %"),
        new(MetricNames.R2, "R²", IsHigherBetter: true),
    ];

    /// <param name="part">One of the task's datasets.</param>
    /// <param name="name">What its rows are: <c>test</c>.</param>
    public static Score Of(ForecastTask task, TrainedNetwork network, WindowDataset part, string name)
    {
        double[] restored = task.Restore(part, network.Outputs(part));
        ForecastReport report = task.ReportRestored(part, restored);
        var score = new Score($"{Figures.Plural(part.Rows, "window")} of the {name} rows", network.Name, report.Metrics, Columns)
        {
            Baselines = [.. task.CompareBaselines(part).Select(baseline => new NamedMetrics(baseline.Key, baseline.Name, baseline.Report.Metrics))],
            Breakdown = report.Targets.Count > 1 ? [.. report.Targets.Select(target => new NamedMetrics(target.Name, target.Name, target.Metrics))] : [],
            Standardised = new(report.Standardised.Where(metric => metric.Key is MetricNames.MeanSquaredError or MetricNames.MeanAbsoluteError)),
            DecidingMetric = Deciding,
            Advice = "Try data.relativeTo=last, fewer epochs, dropout, or another window.",
        };
        return score with { Series = SeriesOf(task, report, restored, score) };
    }

    /// <summary>The first target, and what was forecast for each of its values the whole horizon before: the hardest step.</summary>
    /// <param name="restored">(part's rows, targets · horizon), in the targets' own units.</param>
    private static ComparedSeries? SeriesOf(ForecastTask task, ForecastReport report, double[] restored, Score score)
    {
        int horizon = task.Spec.Horizon, outputs = task.Targets.Count * horizon, first = horizon - 1;
        TargetReport target = report.Targets[0];
        int rows = target.Actual.Count - first;
        if (rows < 1) return null;
        double[] predicted = [.. Enumerable.Range(0, rows).Select(row => restored[(row * outputs) + first])];
        DateTime[] times = [.. report.Time.Skip(first).Select(point => point.Date).OfType<DateTime>()];
        string rival = score.BestBaseline is { } simple ? $" ({simple.Key.Replace('_', ' ')} {Figures.Number(simple.Metrics[Deciding])})" : "";
        return new ComparedSeries(
            "forecast", target.Name, $"forecast {Figures.Plural(horizon, "row")} ahead", [.. target.Actual.Skip(first)], predicted,
            times.Length == rows ? times : null,
            $"RMSE{(horizon > 1 ? $", all {horizon} steps" : "")}: {Figures.Number(score.Metrics[Deciding])}{rival}");
    }
}
