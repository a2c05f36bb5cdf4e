using RnnActors.Core.Metrics;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>How good a forecast of one part is, in the targets' own units.</summary>
/// <param name="Metrics">Over all targets, steps and rows.</param>
/// <param name="Standardised">
/// The same after every target was divided by its deviation over the training rows: what papers report of several columns, and comparable across targets.
/// </param>
/// <param name="Targets">Each target by itself, over all steps and rows, with its series.</param>
/// <param name="Time">What the points of the series are called: a label a row, the date where there is one.</param>
public sealed record ForecastReport(
    MetricList Metrics, MetricList Standardised, IReadOnlyList<TargetReport> Targets, IReadOnlyList<TimePoint> Time);

/// <summary>A baseline's figures and series on one part.</summary>
public sealed record BaselineResult(string Key, string Name, ForecastReport Report);

/// <summary>One target's figures, and its series for a plot: at each row, what was and what had been forecast one step before.</summary>
public sealed record TargetReport(string Name, MetricList Metrics, IReadOnlyList<double> Actual, IReadOnlyList<double> Predicted);

/// <param name="Label">The date or the number of the row.</param>
/// <param name="Date">Null where the table has none.</param>
public readonly record struct TimePoint(string Label, DateTime? Date);

/// <summary>Values of the rows behind the end of the file.</summary>
/// <param name="Time">A point for each step of the horizon.</param>
/// <param name="Targets">In the targets' own units.</param>
public sealed record Forecast(IReadOnlyList<TimePoint> Time, IReadOnlyList<ForecastSeries> Targets);

/// <param name="Name">The target's column.</param>
/// <param name="Values">A value a step of the horizon.</param>
public sealed record ForecastSeries(string Name, IReadOnlyList<double> Values);
