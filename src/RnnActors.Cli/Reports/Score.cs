using RnnActors.Core.Metrics;
using RnnActors.Data.Forecasting;

namespace RnnActors.Cli.Reports;

/// <summary>How good a network is on rows that it was not trained on, and how good simple forecasts are on the same rows.</summary>
/// <param name="Rows">What the rows are: <c>the 583 windows of the test rows</c>.</param>
/// <param name="Model">What the network is called beside the simple forecasts: <c>lstm</c>.</param>
/// <param name="Targets">Each target by itself, where there are several; empty otherwise.</param>
/// <param name="Series">The first target's series for plots; null for texts.</param>
internal sealed record Score(
    string Rows, string Model, MetricList Metrics, IReadOnlyList<NamedMetrics> Baselines, IReadOnlyList<NamedMetrics> Targets, LeadSeries? Series)
{
    /// <summary>Squared and absolute error in deviations of the training rows, as papers report them; null for texts.</summary>
    public MetricList? Standardised { get; init; }
}

/// <param name="Key">The name for machines: <c>last_value</c>.</param>
/// <param name="Name">The name for people.</param>
internal sealed record NamedMetrics(string Key, string Name, MetricList Metrics);

/// <summary>A target's values, and what was forecast for each the whole horizon before: the hardest step.</summary>
/// <param name="Target">The column.</param>
/// <param name="Lead">How many rows before.</param>
internal sealed record LeadSeries(string Target, int Lead, double[] Actual, double[] Predicted, DateTime[]? Times)
{
    /// <param name="report">Of the same part.</param>
    /// <param name="restored">(part's rows, targets · horizon), in the targets' own units.</param>
    public static LeadSeries? Of(ForecastTask task, ForecastReport report, double[] restored)
    {
        int horizon = task.Spec.Horizon, outputs = task.Targets.Count * horizon, first = horizon - 1;
        var target = report.Targets[0];
        int rows = target.Actual.Count - first;
        if (rows < 1) return null;
        double[] predicted = [.. Enumerable.Range(0, rows).Select(row => restored[(row * outputs) + first])];
        DateTime[] times = [.. report.Time.Skip(first).Select(point => point.Date).OfType<DateTime>()];
        return new LeadSeries(target.Name, horizon, [.. target.Actual.Skip(first)], predicted, times.Length == rows ? times : null);
    }
}
