using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>A picture of a forecast into the unknown: the recent rows, then the forecast with its interval.</summary>
/// <param name="task">The task before the first block.</param>
/// <param name="blocks">One for each horizon.</param>
/// <param name="rows">The number of forecast rows.</param>
internal sealed class ForecastOutlook(ForecastTask task, IReadOnlyList<ForecastBlock> blocks, int rows)
{
    /// <summary>The maximum number of recent rows; more could not be told apart.</summary>
    private const int MaxRecent = 200;

    private readonly int _horizon = task.Spec.Horizon, _outputs = task.Next.Target.Outputs;

    /// <exception cref="Core.Problems.InvalidInputException">The forecast has no such target or series.</exception>
    public IReadOnlyList<ComparedSeries> Of(PanelChoice choice)
    {
        WindowDataset next = task.Next;
        int[] series = [.. Enumerable.Range(0, next.Rows).Select(row => next.At(row).Series)];
        var panels = choice.Resolve(
            [.. task.Targets.Select(target => target.Name)], [.. task.Panel.Series.Select(own => own.Name)], series.ToHashSet(), _horizon);
        return [.. panels.Select(panel => Of(panel, Array.IndexOf(series, panel.Series)))];
    }

    /// <param name="row">The window of the series.</param>
    private ComparedSeries Of(ChosenPanel panel, int row)
    {
        Window window = task.Next.At(row);
        SeriesRows own = task.Panel.Series[panel.Series];
        int recent = Math.Min(window.Origin - own.Start, Math.Min(MaxRecent, Math.Max(task.Spec.Window, 3 * rows)));
        double[] unknown = [.. Enumerable.Repeat(double.NaN, recent)];
        IEnumerable<TimePoint> ahead = Enumerable.Range(0, rows).Select(at => blocks[at / _horizon].Forecasts[row].Time[at % _horizon]);
        DateTime?[] times =
            [.. Enumerable.Range(window.Origin - recent, recent).Select(at => task.Panel.Time.TimeOf(own, at)), .. ahead.Select(time => time.Date)];
        double Bound(IReadOnlyList<double> values, int at) => at < _horizon ? values[(row * _outputs) + (panel.Target * _horizon) + at] : double.NaN;
        double[] Around(IReadOnlyList<double> values) => [.. unknown, .. Enumerable.Range(0, rows).Select(at => Bound(values, at))];
        string target = task.Targets[panel.Target].Name;
        return new ComparedSeries(
            "outlook", own.Name.Length > 0 ? $"{target}, {own.Name}" : target,
            $"{Figures.Plural(rows, "row")} behind the last {Figures.Plural(recent, "row")}",
            [
                .. Enumerable.Range(window.Origin - recent, recent).Select(at => task.Panel.Actual[(at * task.Targets.Count) + panel.Target]),
                .. Enumerable.Repeat(double.NaN, rows),
            ],
            [.. unknown, .. Enumerable.Range(0, rows).Select(at => blocks[at / _horizon].Forecasts[row].Targets[panel.Target].Values[at % _horizon])],
            times.All(time => time is not null) ? [.. times.OfType<DateTime>()] : null)
        {
            Band = blocks[0].Bands is [{ } band, ..] ? new(band.Name, Around(band.Lower), Around(band.Upper)) : null,
        };
    }
}
