using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>A forecast's metrics beside those of the simple forecasts.</summary>
internal static class ForecastScore
{
    /// <summary>Series and targets that a picture has room for.</summary>
    private const int MaxPanels = 4;

    /// <summary>Series that a table shows, the worst ones.</summary>
    private const int MaxSeries = 12;

    /// <summary>Steps ahead that a table shows.</summary>
    private const int MaxSteps = 6;

    private const string Deciding = MetricNames.RootMeanSquaredError;

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
    /// <param name="name">What its rows are: <c>test</c>.</param>
    /// <param name="intervals">Null for points alone.</param>
    public static Score Of(ForecastTask task, TrainedNetwork network, WindowDataset part, string name, ForecastIntervals? intervals)
    {
        NetworkOutputs said = NetworkOutputs.Of(network, part);
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

        // Values of different size: what decides is told in deviations of each target.
        string deciding = report.Targets.Count > 1 || report.Series.Count > 1 ? DecidingOf(report.Metrics) : Deciding;
        var score = new Score($"{Figures.Plural(part.Rows, "window")} of the {name} rows", network.Name, metrics, Columns)
        {
            Baselines = [.. baselines.Select(baseline => new NamedMetrics(baseline.Key, baseline.Name, baseline.Report.Metrics))],
            Breakdown = report.Targets.Count > 1 ? [.. report.Targets.Select(target => new NamedMetrics(target.Name, target.Name, target.Metrics))] : [],
            Standardised = new(report.Standardised.Where(metric => metric.Key is MetricNames.MeanSquaredError or MetricNames.MeanAbsoluteError)),
            DecidingMetric = deciding,
            Advice = Advice(task.Spec),
            Notes = task.Notes,
        };
        BaselineResult? rival = baselines.FirstOrDefault(baseline => baseline.Key == score.BestBaseline?.Key);
        return score with
        {
            Groups = [.. Groups(report, rival, deciding)],
            Intervals = [.. bands.Select(band => band.Score(part))],
            Series = [.. SeriesOf(task, part, report, restored, score, rival, bands)],
            Paths = [.. PathsOf(task, part, restored, bands)],
            Predictions = () => TestPredictions.Of(task, part, restored, bands),
        };
    }

    /// <summary>The last window of each series and target, all steps ahead.</summary>
    private static IEnumerable<ComparedSeries> PathsOf(ForecastTask task, WindowDataset part, IReadOnlyList<double> restored, List<PredictedBand> bands)
    {
        int horizon = task.Spec.Horizon, outputs = part.Target.Outputs;
        if (horizon == 1) yield break;
        var last = Enumerable.Range(0, part.Rows).GroupBy(row => part.At(row).Series).Select(group => group.Last());
        foreach ((int row, int target) in last.SelectMany(row => Enumerable.Range(0, task.Targets.Count).Select(target => (row, target))).Take(MaxPanels))
        {
            Window window = part.At(row);
            SeriesRows own = part.Panel.Series[window.Series];
            int first = (row * outputs) + (target * horizon);
            double[] At(IReadOnlyList<double> values) => [.. Enumerable.Range(first, horizon).Select(at => values[at])];
            DateTime?[] times = [.. Enumerable.Range(window.Origin, horizon).Select(at => part.Panel.Time.TimeOf(own, at))];
            yield return new ComparedSeries(
                "path", own.Name.Length > 0 ? $"{task.Targets[target].Name}, {own.Name}" : task.Targets[target].Name,
                $"forecast of {Figures.Plural(horizon, "row")}",
                [.. Enumerable.Range(0, horizon).Select(step => part.ActualOf(window, target, step))], At(restored),
                times.All(time => time is not null) ? [.. times.OfType<DateTime>()] : null)
            {
                Band = bands.Count == 0 ? null : new(bands[0].Name, At(bands[0].Lower), At(bands[0].Upper)),
            };
        }
    }

    private static string DecidingOf(MetricList metrics) =>
        metrics.TryGet(MetricNames.MeanAbsoluteScaledError, out _) ? MetricNames.MeanAbsoluteScaledError : Deciding;

    private static MetricList WithQuantiles(MetricList metrics, QuantileSums quantiles)
    {
        metrics = metrics.With(MetricNames.PinballLoss, quantiles.MeanPinballLoss);
        return quantiles.WeightedQuantileLoss is var weighted && double.IsFinite(weighted) ? metrics.With(MetricNames.WeightedQuantileLoss, weighted) : metrics;
    }

    /// <summary>What is not set yet and often helps.</summary>
    private static string Advice(ForecastDataSpec spec)
    {
        List<string> advice = [];
        if (spec is { RelativeTo: TargetBase.None, Normalize: WindowNormalization.None }) advice.Add("data.normalize=last");
        if (spec.Season is { } season && spec.Window < season) advice.Add(FormattableString.Invariant($"data.window={season}"));
        return $"Try {string.Join(", ", [.. advice, "dropout"])}, or another window.";
    }

    /// <summary>The first, the last, and some between them.</summary>
    private static int[] Spread(int count) =>
        count <= MaxSteps ? [.. Enumerable.Range(0, count)]
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

    /// <summary>Targets and series, and what was forecast for each of their values the whole horizon before: the hardest step.</summary>
    /// <param name="restored">(part's rows, targets · horizon), in the targets' own units.</param>
    private static IEnumerable<ComparedSeries> SeriesOf(
        ForecastTask task, WindowDataset part, ForecastReport report, IReadOnlyList<double> restored, Score score, BaselineResult? rival,
        List<PredictedBand> bands)
    {
        int horizon = task.Spec.Horizon, outputs = task.Targets.Count * horizon;
        int[] series = [.. Enumerable.Range(0, part.Rows).Select(row => part.At(row).Series)];
        var panels = Enumerable.Range(0, task.Targets.Count).SelectMany(target => series.Distinct().Select(number => (Target: target, Series: number)))
            .Take(MaxPanels);
        foreach ((int target, int number) in panels)
        {
            int[] rows = [.. Enumerable.Range(0, part.Rows).Where(row => series[row] == number)];
            int output = (target * horizon) + horizon - 1;
            double[] At(IReadOnlyList<double> values) => [.. rows.Select(row => values[(row * outputs) + output])];
            SeriesRows own = part.Panel.Series[number];
            DateTime?[] times = [.. rows.Select(row => part.Panel.Time.TimeOf(own, part.At(row).Origin + horizon - 1))];
            MetricList metrics = report.Targets.Count > 1 ? report.Targets[target].Metrics
                : report.Series.Count > 1 ? report.Series.First(s => s.Key == own.Name).Metrics : report.Metrics;
            MetricList? other = rival is null ? null : report.Targets.Count > 1 ? rival.Report.Targets[target].Metrics
                : report.Series.Count > 1 ? rival.Report.Series.First(s => s.Key == own.Name).Metrics : rival.Report.Metrics;
            string beside = other is null ? "" : $" ({rival!.Key.Replace('_', ' ')} {Figures.Number(other[Deciding])})";
            string label = (report.Targets.Count > 1, own.Name.Length > 0) switch
            {
                (true, true) => $"{task.Targets[target].Name}, {own.Name}",
                (false, true) => own.Name,
                _ => task.Targets[target].Name,
            };
            yield return new ComparedSeries(
                "forecast", label, $"forecast {Figures.Plural(horizon, "row")} ahead",
                [.. rows.Select(row => part.ActualOf(part.At(row), target, horizon - 1))], At(restored),
                times.All(time => time is not null) ? [.. times.OfType<DateTime>()] : null,
                $"RMSE{(horizon > 1 ? $", all {horizon} steps" : "")}: {Figures.Number(metrics[Deciding])}{beside}")
            {
                Band = bands.Count == 0 ? null : new(bands[0].Name, At(bands[0].Lower), At(bands[0].Upper)),
                Rival = rival is null ? null : new(rival.Name.Split(" (")[0], At(rival.Predicted)),
            };
        }
    }
}
