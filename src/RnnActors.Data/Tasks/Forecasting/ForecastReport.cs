using RnnActors.Core.Metrics;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The quality of a forecast of one part, in the targets' own units, where they were observed.</summary>
/// <param name="Metrics">Over all targets, steps and rows; R² is the mean over targets.</param>
/// <param name="Standardised">
/// The metrics with every target divided by its standard deviation over the training rows. Papers report these for several columns; they are comparable across
/// targets.
/// </param>
/// <param name="Targets">Each target separately, over all steps and rows, with its series.</param>
/// <param name="Time">The points in time of the series: a label for each row, and its date if there is one.</param>
public sealed record ForecastReport(
    MetricList Metrics, MetricList Standardised, IReadOnlyList<TargetReport> Targets, IReadOnlyList<TimePoint> Time)
{
    /// <summary>Each series separately, if there are several.</summary>
    public IReadOnlyList<NamedMetrics> Series { get; init; } = [];

    /// <summary>Each step ahead separately, if there are several.</summary>
    public IReadOnlyList<NamedMetrics> Steps { get; init; } = [];

    /// <summary>The number of target values that were compared.</summary>
    public int Observed { get; init; }

    /// <summary>The number of target values that were not compared, since they were not observed.</summary>
    public int Absent { get; init; }
}

/// <summary>A baseline's report and forecasts for one part.</summary>
/// <param name="Predicted">(rows, targets · horizon), in the targets' own units.</param>
public sealed record BaselineResult(string Key, string Name, ForecastReport Report, IReadOnlyList<double> Predicted);

/// <summary>One target's metrics, and its series for a plot: the actual value of each row, and the forecast made one step before it.</summary>
public sealed record TargetReport(string Name, MetricList Metrics, IReadOnlyList<double> Actual, IReadOnlyList<double> Predicted);

/// <param name="Label">The date or the number of the row.</param>
/// <param name="Date">Null if the table has no dates.</param>
public readonly record struct TimePoint(string Label, DateTime? Date);

/// <summary>The forecast of the rows after the end of a series.</summary>
/// <param name="Series">Empty if there is only one.</param>
/// <param name="Time">A point for each step of the horizon.</param>
/// <param name="Targets">In the targets' own units.</param>
public sealed record Forecast(string Series, IReadOnlyList<TimePoint> Time, IReadOnlyList<ForecastSeries> Targets);

/// <param name="Name">The target's column.</param>
/// <param name="Values">A value for each step of the horizon.</param>
public sealed record ForecastSeries(string Name, IReadOnlyList<double> Values);
