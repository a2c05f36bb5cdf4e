using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Compares forecasts in original units with what came.</summary>
internal static class ForecastEvaluation
{
    /// <param name="predicted">(part's rows, targets · horizon), in the targets' own units.</param>
    public static ForecastReport Report(PreparedSeries series, WindowDataset part, double[] predicted)
    {
        int outputs = part.Target.Outputs, horizon = series.Shape.Horizon, targets = series.TargetCount;
        double[] actual = part.Actual();
        double[] deviations = [.. series.Preparation.Targets.Select(target => target.Deviation)];

        double[] InDeviations(double[] values) => [.. values.Select((value, i) => value / deviations[i % outputs / horizon])];
        return new(
            ValueMetrics.Compute(actual, predicted),
            ValueMetrics.Compute(InDeviations(actual), InDeviations(predicted)),
            [.. Enumerable.Range(0, targets).Select(Of)],
            [.. Enumerable.Range(part.FirstOrigin, part.Rows).Select(row => new TimePoint(series.Time.LabelOf(row), series.Time.TimeOf(row)))]);

        TargetReport Of(int target)
        {
            double[] Steps(double[] values, int count) =>
                [.. Enumerable.Range(0, part.Rows).SelectMany(row => values.AsSpan((row * outputs) + (target * horizon), count).ToArray())];
            return new(
                series.Preparation.Targets[target].Name,
                ValueMetrics.Compute(Steps(actual, horizon), Steps(predicted, horizon)),
                Steps(actual, 1),
                Steps(predicted, 1));
        }
    }
}
