using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Extends a panel by forecasts, as if they had been observed.</summary>
internal static class PanelExtension
{
    /// <param name="forecasts">By the name of the series: for each target, a value for each row, in the target's own unit. Other series end.</param>
    /// <exception cref="InvalidInputException">The network reads a column that is not known there.</exception>
    public static Panel Append(Panel panel, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<double>>> forecasts)
    {
        foreach (string embedded in panel.Embedded.Except(panel.Known))
            if (panel.Table.Find(embedded) is var column && !IsStatic(panel, column)) RefuseUntold(panel, forecasts, column);
        if (panel.Inputs.FirstOrDefault(name =>
            !panel.Targets.Contains(name) && !panel.Known.Contains(name) && !IsStatic(panel, panel.Table.Find(name))) is { } unknown)
        {
            throw new InvalidInputException(
                $"The network reads '{unknown}', which nobody knows behind the first forecast",
                "Forecast it too with --target, name it in data.known, or ask for no more rows than the horizon");
        }

        List<int> rows = [];
        List<SeriesRows> series = [];
        List<SeriesRun> runs = [];
        List<DateTime> times = [];
        List<TimeSpan> offsets = [];
        List<(int Row, IReadOnlyList<double> Values)> observed = [];
        for (int number = 0; number < panel.Series.Count; number++)
        {
            SeriesRows own = panel.Series[number];
            IReadOnlyList<IReadOnlyList<double>>? values = forecasts.GetValueOrDefault(own.Name);
            int added = values is null ? 0 : values[0].Count, start = rows.Count, end = Math.Max(own.End, own.Known + added);
            for (int row = own.Start; row < end; row++)
            {
                int source = row < own.End ? row : own.End - 1; // keeps what is constant in the series
                rows.Add(source);
                times.Add(panel.Time.TimeOf(own, row) ?? default);
                offsets.Add(panel.Table.Times?.Offsets?[source] ?? default);
                if (row >= own.Known && row < own.Known + added) observed.Add((rows.Count - 1, [.. values!.Select(target => target[row - own.Known])]));
            }

            int shift = start - own.Start;
            series.Add(new(own.Name, start, own.Known + added + shift, end + shift));
            SeriesRun[] parts = [.. panel.Runs.Where(run => run.Series == number)];
            runs.AddRange(parts.Select(run => new SeriesRun(number, run.Start + shift, run == parts[^1] ? end + shift : run.End + shift)));
        }

        TableTimes? dates = panel.Table.Times?.With(times, panel.Table.Times.Offsets is null ? null : offsets);
        Table table = panel.Table.Select(rows, dates);
        return panel with
        {
            Table = table.With([.. table.Columns.Select(column =>
                panel.Targets.ToList().IndexOf(column.Name) is >= 0 and var target ? Observed(column, target) : column)], dates),
            Series = series,
            Runs = runs,
            Dates = panel.Dates is null ? null : times,
            Time = panel.Time.Of(panel.Dates is null ? null : times, panel.Table.Times?.Offsets is null ? null : offsets),
            SourceRows = [.. rows.Select(row => panel.SourceRows[row])],
        };

        Column Observed(Column column, int target)
        {
            double[] all = [.. column.Values];
            foreach ((int row, IReadOnlyList<double> values) in observed) all[row] = values[target];
            return new Column(column.Name, all);
        }
    }

    /// <summary>Throws for a categorical column that changes from row to row, if the forecast rows do not have it.</summary>
    private static void RefuseUntold(Panel panel, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<double>>> forecasts, Column column)
    {
        foreach (SeriesRows own in panel.Series)
        {
            int added = forecasts.GetValueOrDefault(own.Name) is { } values ? values[0].Count : 0;
            for (int row = own.Known; row < own.Known + added; row++)
            {
                if (row < own.End && column.TextOf(row) is not null) continue;
                string of = own.Name.Length > 0 ? $" of series {own.Name}" : "";
                throw new InvalidInputException(
                    $"The network reads the embedded column '{column.Name}', and the file does not have it for {panel.Time.LabelOf(own, row)}{of}: "
                        + "rows behind the first forecast are forecast from it",
                    $"Add rows at the end of the file, with '{column.Name}' and an empty target; or ask for no more rows than the horizon",
                    new(panel.Table.Name));
            }
        }
    }

    /// <summary>Whether a column is constant within each series.</summary>
    private static bool IsStatic(Panel panel, Column column) => panel.Series.All(series =>
        Enumerable.Range(series.Start, series.End - series.Start).Select(column.TextOf).Where(text => text is not null).Distinct().Count() <= 1);
}
