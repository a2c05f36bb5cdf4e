using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Compares forecasts in original units with what was observed.</summary>
internal static class ForecastEvaluation
{
    /// <param name="predicted">(part's rows, targets · horizon), in the targets' own units.</param>
    public static ForecastReport Report(WindowDataset part, double[] predicted)
    {
        PreparedPanel panel = part.Panel;
        int outputs = part.Target.Outputs, horizon = panel.Shape.Horizon, targets = panel.TargetCount;
        double[] actual = part.Actual();
        Window[] windows = [.. Enumerable.Range(0, part.Rows).Select(part.At)];
        int[] observed = [.. Enumerable.Range(0, actual.Length).Where(i => double.IsFinite(actual[i]))];
        MetricList all = Of(observed);
        int[][] ofTargets = [.. Enumerable.Range(0, targets).Select(target => observed.Where(i => TargetOf(i) == target).ToArray())];
        TargetReport[] byTarget =
        [
            .. ofTargets.Select((own, target) => new TargetReport(
                panel.Preparation.Targets[target].Name, Of(own), Steps(actual, target), Steps(predicted, target))),
        ];
        if (targets > 1) all = new(all.Select(metric => metric.Key == MetricNames.R2 ? new(metric.Key, MeanOf(metric.Key)) : metric));
        return new(
            all,
            ValueMetrics.Compute([.. observed.Select(i => actual[i] / DeviationOf(i))], [.. observed.Select(i => predicted[i] / DeviationOf(i))]),
            byTarget,
            [.. windows.Select(window =>
                new TimePoint(panel.Time.LabelOf(panel.Series[window.Series], window.Origin), panel.Time.TimeOf(panel.Series[window.Series], window.Origin)))])
        {
            Series = panel.Series.Count == 1 ? [] :
            [
                .. observed.GroupBy(i => windows[i / outputs].Series).Select(group => new NamedMetrics(
                    panel.Series[group.Key].Name, panel.Series[group.Key].Name, Of([.. group]))),
            ],
            Steps = horizon == 1 ? [] :
            [
                .. observed.GroupBy(i => i % horizon).OrderBy(group => group.Key).Select(group => new NamedMetrics(
                    FormattableString.Invariant($"{group.Key + 1}"), FormattableString.Invariant($"{group.Key + 1} ahead"), Of([.. group]))),
            ],
            Observed = observed.Length,
            Absent = actual.Length - observed.Length,
        };

        int TargetOf(int i) => i % outputs / horizon;

        // Of the targets that were observed at all.
        double MeanOf(string metric) => byTarget
            .Where((_, target) => ofTargets[target].Length > 0).Select(target => target.Metrics[metric]).DefaultIfEmpty(double.NaN).Average();

        double DeviationOf(int i) => panel.DeviationOf(windows[i / outputs].Series, TargetOf(i));

        MetricList Of(int[] at)
        {
            if (at.Length == 0) return ValueMetrics.Compute([double.NaN], [double.NaN]);
            double[] was = [.. at.Select(i => actual[i])], said = [.. at.Select(i => predicted[i])];
            double[] scales = [.. at.Select(i => panel.NaiveErrorOf(windows[i / outputs].Series, TargetOf(i)))];
            MetricList list = ValueMetrics.Compute(was, said);
            PartialMean scaled = ForecastMetrics.MeanAbsoluteScaledError(was, said, scales),
                percentage = ForecastMetrics.MeanAbsolutePercentageError(was, said);
            if (scaled.Terms > 0) list = list.With(MetricNames.MeanAbsoluteScaledError, scaled.Value);
            return percentage.Terms > 0 ? list.With(MetricNames.MeanAbsolutePercentageError, percentage.Value) : list;
        }

        double[] Steps(double[] values, int target) => [.. Enumerable.Range(0, part.Rows).Select(row => values[(row * outputs) + (target * horizon)])];
    }
}
