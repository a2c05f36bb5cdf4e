namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The next rows of a series.</summary>
/// <param name="Series">Its name; empty where there is one alone.</param>
/// <param name="Steps">A step a row.</param>
public sealed record ForecastAnswer(string Series, IReadOnlyList<ForecastStep> Steps)
{
    /// <summary>What was found or decided, a sentence each: why there are no intervals.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A row that is forecast.</summary>
/// <param name="Time">Its label, and its date where rows have dates.</param>
/// <param name="Targets">In the order of the specification.</param>
public sealed record ForecastStep(TimePoint Time, IReadOnlyList<ForecastValue> Targets)
{
    /// <summary>The forecast of a target.</summary>
    /// <exception cref="KeyNotFoundException">There is no such target.</exception>
    public ForecastValue this[string target] => Targets.FirstOrDefault(value => value.Target == target)
        ?? throw new KeyNotFoundException($"There is no target '{target}'; there are {string.Join(", ", Targets.Select(value => value.Target))}.");
}

/// <summary>A forecast, in the target's own unit.</summary>
/// <param name="Intervals">The narrowest first; none where they are not known.</param>
public sealed record ForecastValue(string Target, double Value, IReadOnlyList<ForecastInterval> Intervals);

/// <summary>Bounds of a forecast, in the target's own unit.</summary>
/// <param name="Level">The share of observed values that they are to hold: 0.8.</param>
public readonly record struct ForecastInterval(double Level, double Lower, double Upper);
