using System.Globalization;
using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Intervals around forecasts, in the targets' own units: (rows, targets · horizon) each.</summary>
internal sealed record PredictedBand(double Level, IReadOnlyList<double> Lower, IReadOnlyList<double> Upper)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{100 * Level:0.#} %");

    /// <summary>The level in names of columns: <c>80</c>.</summary>
    public string Suffix => string.Create(CultureInfo.InvariantCulture, $"{100 * Level:0.#}");

    /// <summary>Whether there were enough validation windows for the level.</summary>
    public bool IsReached { get; init; } = true;

    public static PredictedBand Of(double level, (IReadOnlyList<double> Lower, IReadOnlyList<double> Upper) bounds) => new(level, bounds.Lower, bounds.Upper);

    /// <summary>How well it covers the observed values: <see cref="ForecastMetrics.Coverage"/>, <see cref="ForecastMetrics.MeanIntervalWidth"/>.</summary>
    public IntervalScore Score(WindowDataset part)
    {
        int count = 0, inside = 0;
        double widths = 0;
        foreach ((_, _, _, double actual, int at) in part.Observed())
        {
            (double lower, double upper) = (Lower[at], Upper[at]);
            count++;
            if (lower <= actual && actual <= upper) inside++;
            widths += upper - lower;
        }

        return new(Level, (double)inside / count, widths / count, IsReached);
    }
}
