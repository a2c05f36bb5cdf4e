using RnnActors.Core.Metrics;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>How good a forecast of one part is, in the targets' own units, where they were observed.</summary>
/// <param name="Metrics">Over all targets, steps and rows; R² is the mean of the targets'.</param>
/// <param name="Standardised">
/// The same after every target was divided by its deviation over the training rows: what papers report of several columns, and comparable across targets.
/// </param>
/// <param name="Targets">Each target by itself, over all steps and rows, with its series.</param>
/// <param name="Time">What the points of the series are called: a label a row, the date where there is one.</param>
public sealed record ForecastReport(
    MetricList Metrics, MetricList Standardised, IReadOnlyList<TargetReport> Targets, IReadOnlyList<TimePoint> Time)
{
    /// <summary>Each of several series by itself.</summary>
    public IReadOnlyList<NamedMetrics> Series { get; init; } = [];

    /// <summary>Each of several steps ahead by itself.</summary>
    public IReadOnlyList<NamedMetrics> Steps { get; init; } = [];

    /// <summary>Targets that were compared.</summary>
    public int Observed { get; init; }

    /// <summary>Targets that were not, since nobody observed them.</summary>
    public int Absent { get; init; }
}

/// <summary>A baseline's figures and series on one part.</summary>
/// <param name="Predicted">(rows, targets · horizon), in the targets' own units.</param>
public sealed record BaselineResult(string Key, string Name, ForecastReport Report, IReadOnlyList<double> Predicted);

/// <summary>One target's figures, and its series for a plot: at each row, what was and what had been forecast one step before.</summary>
public sealed record TargetReport(string Name, MetricList Metrics, IReadOnlyList<double> Actual, IReadOnlyList<double> Predicted);

/// <param name="Label">The date or the number of the row.</param>
/// <param name="Date">Null where the table has none.</param>
public readonly record struct TimePoint(string Label, DateTime? Date);

/// <summary>Values of the rows behind the end of a series.</summary>
/// <param name="Series">Empty where there is one.</param>
/// <param name="Time">A point for each step of the horizon.</param>
/// <param name="Targets">In the targets' own units.</param>
public sealed record Forecast(string Series, IReadOnlyList<TimePoint> Time, IReadOnlyList<ForecastSeries> Targets);

/// <param name="Name">The target's column.</param>
/// <param name="Values">A value a step of the horizon.</param>
public sealed record ForecastSeries(string Name, IReadOnlyList<double> Values);
