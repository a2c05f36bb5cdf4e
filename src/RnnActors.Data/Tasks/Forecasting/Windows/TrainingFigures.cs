using RnnActors.Core.Metrics;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Statistics of a column over the training rows, for its scale and for reports.</summary>
internal static class TrainingFigures
{
    /// <summary>The maximum number of decimals.</summary>
    private const int MaxDecimals = 9;

    /// <summary>The maximum number of windows of one series whose differences are used to scale them.</summary>
    private const int MaxDifferences = 20_000;

    public static ReadOnlySpan<double> Rows(double[] values, IReadOnlyList<RowRange> ranges) =>
        ranges.Count == 1
            ? values.AsSpan()[ranges[0].Start..ranges[0].End]
            : (double[])[.. ranges.SelectMany(range => values[range.Start..Math.Max(range.Start, range.End)])];

    /// <summary>The mean of the values that are not missing.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        int count = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value)) continue;
            sum += value;
            count++;
        }

        return count == 0 ? 0 : sum / count;
    }

    /// <summary>The number of decimals with which all values can be written.</summary>
    public static int DecimalsOf(double[] values)
    {
        int decimals = 0;
        foreach (double value in values)
        {
            if (!double.IsFinite(value)) continue;
            while (decimals < MaxDecimals && Math.Round(value, decimals) != value) decimals++;
        }

        return decimals;
    }

    /// <summary>The target minus its base, for every step of every training window.</summary>
    public static double[] Differences(double[] values, WindowShape shape, IReadOnlyList<RowRange> train)
    {
        List<double> differences = [];
        foreach (RowRange range in train)
        {
            int windows = range.Count - shape.Reach - shape.Horizon + 1, stride = shape.Normalize == WindowNormalization.None
                ? 1
                : Math.Max(1, windows * shape.Horizon / MaxDifferences);
            for (int origin = range.Start + shape.Reach; origin + shape.Horizon <= range.End; origin += stride)
            {
                double offset = shape.LevelOf(values.AsSpan(origin - shape.Window, shape.Window), 1).Level;
                for (int step = 0; step < shape.Horizon; step++)
                    differences.Add(values[origin + step] - (shape.Normalize == WindowNormalization.None ? values[shape.BaseRow(origin, step)] : offset));
            }
        }

        return [.. differences];
    }

    /// <summary>The scale of MASE: the mean over all ranges; 0 if none has one.</summary>
    public static double NaiveError(double[] values, IReadOnlyList<RowRange> train, int season)
    {
        double[] scales =
        [
            .. train.Where(range => !range.IsEmpty).Select(range => ForecastMetrics.SeasonalScale(values.AsSpan(range.Start, range.Count), season))
                .Where(double.IsFinite),
        ];
        return scales.Length == 0 ? 0 : scales.Average();
    }
}
