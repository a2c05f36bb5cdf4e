namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The forecast of a series.</summary>
/// <param name="Series">Its name; empty if there is only one.</param>
/// <param name="Steps">One for each row.</param>
public sealed record ForecastAnswer(string Series, IReadOnlyList<ForecastStep> Steps)
{
    /// <summary>What was found or decided, a sentence each, such as why there are no intervals.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A forecast row.</summary>
/// <param name="Time">Its label, and its date if rows have dates.</param>
/// <param name="Targets">In the order of the specification.</param>
public sealed record ForecastStep(TimePoint Time, IReadOnlyList<ForecastValue> Targets)
{
    /// <summary>The forecast of one target.</summary>
    /// <exception cref="KeyNotFoundException">There is no such target.</exception>
    public ForecastValue this[string target] => Targets.FirstOrDefault(value => value.Target == target)
        ?? throw new KeyNotFoundException($"There is no target '{target}'; there are {string.Join(", ", Targets.Select(value => value.Target))}.");
}

/// <summary>A forecast value, in the target's own unit.</summary>
/// <param name="Intervals">The narrowest first; empty if they are not known.</param>
public sealed record ForecastValue(string Target, double Value, IReadOnlyList<ForecastInterval> Intervals);

/// <summary>Bounds of a forecast, in the target's own unit.</summary>
/// <param name="Level">The nominal coverage: 0.8.</param>
public readonly record struct ForecastInterval(double Level, double Lower, double Upper);
