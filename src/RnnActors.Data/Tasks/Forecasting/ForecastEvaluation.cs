using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Compares forecasts in original units with the observed values. It reads one forecast at a time and keeps only sums.</summary>
internal static class ForecastEvaluation
{
    /// <param name="predicted">(part's rows, targets · horizon), in the targets' own units.</param>
    public static ForecastReport Report(WindowDataset part, IReadOnlyList<double> predicted)
    {
        PreparedPanel panel = part.Panel;
        int outputs = part.Target.Outputs, horizon = panel.Shape.Horizon, targets = panel.TargetCount;
        ForecastSums all = new();
        ValueSums standardised = new();
        ForecastSums[] ofTargets = Sums(targets), ofSteps = Sums(horizon);
        Dictionary<int, ForecastSums> ofSeries = [];
        List<int> order = [];
        foreach ((Window window, int target, int step, double actual, int at) in part.Observed())
        {
            if (!ofSeries.TryGetValue(window.Series, out ForecastSums? series))
            {
                ofSeries.Add(window.Series, series = new());
                order.Add(window.Series);
            }

            double said = predicted[at], scale = panel.NaiveErrorOf(window.Series, target), deviation = panel.DeviationOf(window.Series, target);
            all.Add(actual, said, scale);
            ofTargets[target].Add(actual, said, scale);
            ofSteps[step].Add(actual, said, scale);
            series.Add(actual, said, scale);
            standardised.Add(actual / deviation, said / deviation);
        }

        foreach ((Window window, int target, int step, double actual, _) in part.Observed())
        {
            all.AddAgain(actual);
            ofTargets[target].AddAgain(actual);
            ofSteps[step].AddAgain(actual);
            ofSeries[window.Series].AddAgain(actual);
            standardised.AddAgain(actual / panel.DeviationOf(window.Series, target));
        }

        TargetReport[] byTarget =
        [
            .. ofTargets.Select((sums, target) => new TargetReport(
                panel.Preparation.Targets[target].Name, sums.ToMetrics(),
                new ComputedList<double>(part.Rows, row => part.ActualOf(part.At(row), target, 0)),
                new ComputedList<double>(part.Rows, row => predicted[(row * outputs) + (target * horizon)]))),
        ];
        MetricList metrics = all.ToMetrics();
        if (targets > 1) metrics = new(metrics.Select(metric => metric.Key == MetricNames.R2 ? new(metric.Key, MeanOf(metric.Key)) : metric));
        return new(
            metrics,
            standardised.Count == 0 ? ValueMetrics.Compute([double.NaN], [double.NaN]) : standardised.ToMetrics(),
            byTarget,
            new ComputedList<TimePoint>(part.Rows, TimeOf))
        {
            Series = panel.Series.Count == 1 ? [] :
                [.. order.Select(number => new NamedMetrics(panel.Series[number].Name, panel.Series[number].Name, ofSeries[number].ToMetrics()))],
            Steps = horizon == 1 ? [] :
            [
                .. Enumerable.Range(0, horizon).Where(step => ofSteps[step].Count > 0).Select(step => new NamedMetrics(
                    FormattableString.Invariant($"{step + 1}"), FormattableString.Invariant($"{step + 1} ahead"), ofSteps[step].ToMetrics())),
            ],
            Observed = all.Count,
            Absent = (part.Rows * outputs) - all.Count,
        };

        // The mean over targets that were observed.
        double MeanOf(string metric) => byTarget
            .Where((_, target) => ofTargets[target].Count > 0).Select(target => target.Metrics[metric]).DefaultIfEmpty(double.NaN).Average();

        TimePoint TimeOf(int row)
        {
            Window window = part.At(row);
            SeriesRows series = panel.Series[window.Series];
            return new(panel.Time.LabelOf(series, window.Origin), panel.Time.TimeOf(series, window.Origin));
        }

        static ForecastSums[] Sums(int count) => [.. Enumerable.Range(0, count).Select(_ => new ForecastSums())];
    }
}
