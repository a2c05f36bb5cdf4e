using RnnActors.Data.Forecasting;

namespace RnnActors.Data.Baselines;

/// <summary>A simple forecast that a network must beat to have learned something.</summary>
public abstract class Baseline
{
    /// <summary>The name in machine-readable results: <c>last_value</c>, <c>seasonal</c>, <c>linear</c>.</summary>
    public abstract string Key { get; }

    /// <summary>The name to print.</summary>
    public abstract string Name { get; }

    /// <summary>(part's rows, targets · horizon), target-major, in the targets' own units.</summary>
    public abstract double[] Predict(WindowDataset part);

    /// <summary>The simple forecasts that can be made of <paramref name="part"/>. The linear one needs training rows; the seasonal one a season, and rows that far back.</summary>
    public static IReadOnlyList<Baseline> For(ForecastTask task, WindowDataset part)
    {
        List<Baseline> baselines = [new LastValue(task.Series)];
        if (task.Spec.Season is { } season && part.FirstOrigin >= season) baselines.Add(new Seasonal(task.Series, season));
        if (LinearAutoregression.Fit(task) is { } linear) baselines.Add(linear);
        return baselines;
    }
}

/// <summary>A baseline's figures and series on one part.</summary>
public sealed record BaselineResult(string Key, string Name, ForecastReport Report);
