using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>Forecasts that repeat known rows.</summary>
internal static class KnownRows
{
    /// <param name="source">Maps a window's origin and a step (from 0) to the row to repeat.</param>
    /// <param name="back">If a value was not observed: the distance in rows to the one to use instead, repeatedly.</param>
    public static double[] Repeat(WindowDataset part, int back, Func<int, int, int> source)
    {
        PreparedPanel panel = part.Panel;
        int outputs = part.Target.Outputs;
        double[] predicted = new double[part.Rows * outputs];
        for (int i = 0; i < predicted.Length; i++)
        {
            (int row, int output) = Math.DivRem(i, outputs);
            (int target, int step) = Math.DivRem(output, panel.Shape.Horizon);
            Window window = part.At(row);
            predicted[i] = LastObserved(panel, window.Series, source(window.Origin, step), target, back);
        }

        return predicted;
    }

    /// <summary>
    /// The target of a row if it was observed; else of the nearest observed row before it, at multiples of <paramref name="back"/>; else the series' first.
    /// </summary>
    public static double LastObserved(PreparedPanel panel, int series, int row, int target, int back = 1)
    {
        int start = panel.Series[series].Start;
        int at = row;
        while (at >= start && !double.IsFinite(panel.Actual[(at * panel.TargetCount) + target])) at -= back;
        return at >= start ? panel.Actual[(at * panel.TargetCount) + target]
            : back > 1 ? LastObserved(panel, series, row, target)
            : ValueTransforms.Undo(panel.TransformOf(target), panel.Transformed[(start * panel.TargetCount) + target]);
    }
}
