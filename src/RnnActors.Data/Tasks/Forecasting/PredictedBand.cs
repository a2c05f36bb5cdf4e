using System.Globalization;
using RnnActors.Core.Metrics;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Intervals around forecasts, in the targets' own units: (rows, targets · horizon) each.</summary>
internal sealed record PredictedBand(double Level, double[] Lower, double[] Upper)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{100 * Level:0.#} %");

    /// <summary>As columns are called: <c>80</c>.</summary>
    public string Suffix => string.Create(CultureInfo.InvariantCulture, $"{100 * Level:0.#}");

    /// <summary>Whether there were validation windows enough to tell how wide it must be.</summary>
    public bool IsReached { get; init; } = true;

    public static PredictedBand Of(double level, (double[] Lower, double[] Upper) bounds) => new(level, bounds.Lower, bounds.Upper);

    /// <param name="actual">NaN where nothing was observed.</param>
    public IntervalScore Score(double[] actual)
    {
        int[] observed = [.. Enumerable.Range(0, actual.Length).Where(i => double.IsFinite(actual[i]))];
        double[] lower = [.. observed.Select(i => Lower[i])], upper = [.. observed.Select(i => Upper[i])];
        return new(Level, ForecastMetrics.Coverage([.. observed.Select(i => actual[i])], lower, upper), ForecastMetrics.MeanIntervalWidth(lower, upper),
            IsReached);
    }
}
