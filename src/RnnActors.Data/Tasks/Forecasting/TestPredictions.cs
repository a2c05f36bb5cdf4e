using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Every forecast of a part with the actual value, as a table for other programs.</summary>
internal static class TestPredictions
{
    /// <summary>The maximum number of rows; with more, only windows that do not overlap are written.</summary>
    private const int MaxRows = 200_000;

    public static PredictionTable Of(ForecastTask task, WindowDataset part, IReadOnlyList<double> predicted, IReadOnlyList<PredictedBand> bands)
    {
        int horizon = task.Spec.Horizon, targets = task.Targets.Count, outputs = part.Target.Outputs;
        int stride = (long)part.Rows * horizon > MaxRows ? horizon : 1;
        (int Row, Window Window, int Step)[] lines =
        [
            .. Enumerable.Range(0, part.Rows).Select(row => (Row: row, Window: part.At(row)))
                .Where(at => stride == 1 || at.Row == 0 || (at.Window.Origin % stride) == 0)
                .SelectMany(at => Enumerable.Range(0, horizon).Select(step => (at.Row, at.Window, step))),
        ];
        List<PredictionColumn> columns = [];
        SeriesRows SeriesOf((int Row, Window Window, int Step) line) => part.Panel.Series[line.Window.Series];
        IReadOnlyList<T> Each<T>(Func<(int Row, Window Window, int Step), T> cell) => new ComputedList<T>(lines.Length, i => cell(lines[i]));
        if (part.Panel.Series.Count > 1) columns.Add(new(task.SeriesColumn, Each(line => SeriesOf(line).Name)));
        columns.Add(new(task.TimeColumn, Each(line => part.Panel.Time.LabelOf(SeriesOf(line), line.Window.Origin + line.Step))));
        columns.Add(new("ahead", Each(line => (double)(line.Step + 1)), 0));
        for (int i = 0; i < targets; i++)
        {
            int target = i;
            string name = task.Targets[i].Name;
            int decimals = FittedForecast.DecimalsOf(part.Panel.Preparation, i);
            IReadOnlyList<double> At(IReadOnlyList<double> values) => Each(line => values[(line.Row * outputs) + (target * horizon) + line.Step]);
            columns.Add(new(name, Each(line => part.ActualOf(line.Window, target, line.Step)), decimals));
            columns.Add(new($"{name}_forecast", At(predicted), decimals));
            foreach (PredictedBand band in bands)
            {
                columns.Add(new($"{name}_lower{band.Suffix}", At(band.Lower), decimals));
                columns.Add(new($"{name}_upper{band.Suffix}", At(band.Upper), decimals));
            }
        }

        return new(columns);
    }
}
