using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>
/// The straight line from the series' first known value through the last one: y + h (y - y(1)) / (t - 1). Hyndman and Athanasopoulos, Forecasting, 5.2.
/// </summary>
internal sealed class Drift : Baseline
{
    public override string Key => "drift";

    public override string Name => "drift";

    public override double[] Predict(WindowDataset part)
    {
        PreparedPanel panel = part.Panel;
        int outputs = part.Target.Outputs, horizon = panel.Shape.Horizon;
        double[] predicted = new double[part.Rows * outputs];
        (int Row, double Value)[] firsts = new (int, double)[panel.Series.Count * panel.TargetCount];
        Array.Fill(firsts, (-1, 0));
        for (int row = 0; row < part.Rows; row++)
        {
            Window window = part.At(row);
            for (int target = 0; target < panel.TargetCount; target++)
            {
                ref (int Row, double Value) first = ref firsts[(window.Series * panel.TargetCount) + target];
                if (first.Row < 0) first = First(panel, window.Series, target);
                double last = KnownRows.LastObserved(panel, window.Series, window.Origin - 1, target);
                int rows = window.Origin - 1 - first.Row;
                double slope = rows > 0 ? (last - first.Value) / rows : 0;
                for (int step = 0; step < horizon; step++) predicted[(row * outputs) + (target * horizon) + step] = last + ((step + 1) * slope);
            }
        }

        return predicted;
    }

    private static (int Row, double Value) First(PreparedPanel panel, int series, int target)
    {
        SeriesRows rows = panel.Series[series];
        int row = rows.Start;
        while (row < rows.Known && !double.IsFinite(panel.Actual[(row * panel.TargetCount) + target])) row++;
        return row < rows.Known ? (row, panel.Actual[(row * panel.TargetCount) + target]) : (rows.Start, 0);
    }
}
