using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>A forecast's metrics, compared with the baselines.</summary>
internal static class ForecastScore
{
    /// <summary>The maximum number of series in a table; the worst are shown.</summary>
    private const int MaxSeries = 12;

    /// <summary>The maximum number of steps ahead in a table.</summary>
    private const int MaxSteps = 6;

    /// <summary>If only so many more are left, they are shown too: a line about them would be as long.</summary>
    private const int Few = 2;

    public const string Deciding = MetricNames.RootMeanSquaredError;

    public static IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(MetricNames.MeanSquaredError, "MSE"),
        new(MetricNames.RootMeanSquaredError, "RMSE"),
        new(MetricNames.MeanAbsoluteError, "MAE"),
        new(MetricNames.SymmetricMeanAbsolutePercentageError, "sMAPE %"),
        new(MetricNames.R2, "R²", IsHigherBetter: true),
        new(MetricNames.MeanAbsoluteScaledError, "MASE"),
        new(MetricNames.MeanAbsolutePercentageError, "MAPE %", IsDetail: true),
        new(MetricNames.PinballLoss, "pinball", IsDetail: true),
        new(MetricNames.WeightedQuantileLoss, "WQL", IsDetail: true),
    ];

    /// <param name="part">One of the task's datasets.</param>
    /// <param name="name">The name of the part: <c>test</c>.</param>
    /// <param name="said">The network's outputs for it.</param>
    /// <param name="intervals">Null for point forecasts only.</param>
    public static Score Of(ForecastTask task, TrainedNetwork network, WindowDataset part, string name, NetworkOutputs said, ForecastIntervals? intervals)
    {
        IReadOnlyList<double> restored = ForecastTask.Restored(part, said.Points);
        ForecastReport report = ForecastEvaluation.Report(part, restored);
        if (report.Observed == 0)
            throw new Core.Problems.InvalidInputException($"no target of the {name} rows was observed, so there is nothing to compare with", "Give other rows");
        IReadOnlyList<BaselineResult> baselines = task.CompareBaselines(part);
        List<PredictedBand> bands = [];
        MetricList metrics = report.Metrics;
        if (intervals is not null)
        {
            bands.AddRange(ForecastIntervals.Shown.Select(
                level => PredictedBand.Of(level, intervals.Around(part, said, level)) with { IsReached = intervals.IsReached(level) }));
            metrics = WithQuantiles(metrics, intervals.Compare(part, said, restored));
        }

        // Targets of different size are compared in standard deviations of each.
        string deciding = report.Targets.Count > 1 || report.Series.Count > 1 ? DecidingOf(report.Metrics) : Deciding;
        var score = new Score($"{Figures.Plural(part.Rows, "window")} of the {name} rows", network.Name, metrics, Columns)
        {
            Baselines = [.. baselines.Select(ByItself)],
            Breakdown = ByTarget(report),
            Standardised = new(report.Standardised.Where(metric => metric.Key is MetricNames.MeanSquaredError or MetricNames.MeanAbsoluteError)),
            DecidingMetric = deciding,
            Advice = Advice(task.Spec),
            Notes = task.Notes,
        };
        BaselineResult? rival = baselines.FirstOrDefault(baseline => baseline.Key == score.BestBaseline?.Key);
        ForecastPanels panels = new(task, part, report, restored, rival, bands);
        ComparedPanels shown = panels.Of(PanelChoice.Any);
        return score with
        {
            Groups = [.. Groups(report, rival, deciding)],
            Intervals = [.. bands.Select(band => band.Score(part))],
            Series = shown.Series,
            Paths = shown.Paths,
            Panels = panels.Of,
            Predictions = () => TestPredictions.Of(task, part, restored, bands),
        };
    }

    private static NamedMetrics ByItself(BaselineResult baseline) =>
        new(baseline.Key, baseline.Name, baseline.Report.Metrics) { Breakdown = ByTarget(baseline.Report) };

    private static NamedMetrics[] ByTarget(ForecastReport report) =>
        report.Targets.Count > 1 ? [.. report.Targets.Select(target => new NamedMetrics(target.Name, target.Name, target.Metrics))] : [];

    private static string DecidingOf(MetricList metrics) =>
        metrics.TryGet(MetricNames.MeanAbsoluteScaledError, out _) ? MetricNames.MeanAbsoluteScaledError : Deciding;

    private static MetricList WithQuantiles(MetricList metrics, QuantileSums quantiles)
    {
        metrics = metrics.With(MetricNames.PinballLoss, quantiles.MeanPinballLoss);
        return quantiles.WeightedQuantileLoss is var weighted && double.IsFinite(weighted) ? metrics.With(MetricNames.WeightedQuantileLoss, weighted) : metrics;
    }

    /// <summary>Advice about options that often help and are not set.</summary>
    private static string Advice(ForecastDataSpec spec)
    {
        List<string> advice = [];
        if (spec is { RelativeTo: TargetBase.None, Normalize: WindowNormalization.None }) advice.Add("data.normalize=last");
        if (spec.Season is { } season && spec.Window < season) advice.Add(FormattableString.Invariant($"data.window={season}"));
        return $"Try {string.Join(", ", [.. advice, "dropout"])}, or another window.";
    }

    /// <summary>The first, the last, and some indices between them.</summary>
    private static int[] Spread(int count) =>
        count <= MaxSteps + Few ? [.. Enumerable.Range(0, count)]
            : [.. Enumerable.Range(0, MaxSteps).Select(i => (int)Math.Round(i * (count - 1) / (MaxSteps - 1.0)))];

    private static IEnumerable<ScoreGroup> Groups(ForecastReport report, BaselineResult? rival, string deciding)
    {
        if (report.Targets.Count > 1)
        {
            yield return new("targets", "By target", [.. report.Targets.Select(target => new NamedMetrics(target.Name, target.Name, target.Metrics))],
                rival?.Name,
                rival is null ? null : [.. rival.Report.Targets.Select(target => ValueOf(target.Metrics))]);
        }

        if (report.Series.Count > 1)
        {
            NamedMetrics[] worst = [.. report.Series.OrderByDescending(series => ValueOf(series.Metrics))];
            string title = worst.Length > MaxSeries ? $"By series, the worst {MaxSeries} of {Figures.Count(worst.Length)}" : "By series, the worst first";
            Dictionary<string, double>? rivals = rival?.Report.Series.ToDictionary(series => series.Key, series => ValueOf(series.Metrics));
            yield return new("series", title, worst, rival?.Name, rivals is null ? null : [.. worst.Select(series => rivals[series.Key])])
            {
                Shown = [.. Enumerable.Range(0, Math.Min(MaxSeries, worst.Length))],
            };
        }

        if (report.Steps.Count > 1)
        {
            yield return new("steps", "By step ahead", report.Steps, rival?.Name,
                rival is null ? null : [.. rival.Report.Steps.Select(step => ValueOf(step.Metrics))])
            {
                Shown = Spread(report.Steps.Count),
            };
        }

        double ValueOf(MetricList metrics) => metrics.TryGet(deciding, out double value) ? value : double.NaN;
    }
}
