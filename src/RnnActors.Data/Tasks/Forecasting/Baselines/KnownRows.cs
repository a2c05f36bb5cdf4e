using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>Forecasts that repeat rows that are already known.</summary>
internal static class KnownRows
{
    /// <param name="source">From a window's origin and a step (from 0) to the row that is repeated.</param>
    public static double[] Repeat(PreparedSeries series, WindowDataset part, Func<int, int, int> source)
    {
        int outputs = part.Target.Outputs;
        double[] predicted = new double[part.Rows * outputs];
        for (int i = 0; i < predicted.Length; i++)
        {
            (int row, int output) = Math.DivRem(i, outputs);
            (int target, int step) = Math.DivRem(output, series.Shape.Horizon);
            predicted[i] = series.Actual[(source(part.FirstOrigin + row, step) * series.TargetCount) + target];
        }

        return predicted;
    }
}
