using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>A simple forecast that a network must beat to have learned anything.</summary>
public abstract class Baseline
{
    /// <summary>The name for programs: <c>last_value</c>, <c>seasonal</c>, <c>drift</c>, <c>linear</c>, <c>holt_winters</c>.</summary>
    public abstract string Key { get; }

    /// <summary>The name for display.</summary>
    public abstract string Name { get; }

    /// <summary>The forecasts, (part's rows, targets · horizon), target-major, in the targets' own units.</summary>
    public abstract double[] Predict(WindowDataset part);

    /// <summary>
    /// The baselines that are possible for <paramref name="part"/>. The linear one and exponential smoothing need training rows; the seasonal one needs a
    /// season, and rows that far back.
    /// </summary>
    internal static IReadOnlyList<Baseline> For(PreparedPanel panel, WindowDataset train, WindowDataset? validation, WindowDataset part)
    {
        List<Baseline> baselines = [new LastValue()];
        if (panel.Preparation.Spec.Season is { } season && part.Ranges.All(range => range.Origin - season >= part.Panel.Series[range.Series].Start))
            baselines.Add(new Seasonal(season));
        baselines.Add(new Drift());
        if (HoltWinters.Fit(panel, train) is { } smoothing) baselines.Add(smoothing);
        if (LinearAutoregression.Fit(panel, train, validation, part) is { } linear) baselines.Add(linear);
        return baselines;
    }
}
