using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Finds the places of windows: within a part's rows and a series, and not across a gap that is cut.</summary>
internal static class WindowCutter
{
    /// <summary>The windows whose targets lie in the given rows of each series, with at least one observed target.</summary>
    public static List<WindowRange> RangesOf(PreparedPanel panel, IReadOnlyList<RowRange> rows)
    {
        List<WindowRange> ranges = [];
        foreach (SeriesRun run in panel.Runs)
        {
            RowRange part = rows[run.Series];
            int first = Math.Max(part.Start, run.Start + panel.Shape.Reach), end = Math.Min(part.End, run.End) - panel.Shape.Horizon + 1;
            if (!panel.HasAbsent)
            {
                if (end > first) ranges.Add(new(run.Series, first, end - first));
                continue;
            }

            int begun = -1;
            for (int origin = first; origin <= end; origin++)
            {
                bool isObserved = origin < end && HasTarget(panel, origin);
                if (isObserved && begun < 0) begun = origin;
                if (isObserved || begun < 0) continue;
                ranges.Add(new(run.Series, begun, origin - begun));
                begun = -1;
            }
        }

        return ranges;
    }

    private static bool HasTarget(PreparedPanel panel, int origin) =>
        panel.Actual.AsSpan(origin * panel.TargetCount, panel.Shape.Horizon * panel.TargetCount).ContainsAnyInRange(double.MinValue, double.MaxValue);

    /// <summary>The windows whose targets lie in <paramref name="rows"/>; null if there are no rows.</summary>
    /// <param name="part">The name of the part in messages: <c>test</c>.</param>
    /// <exception cref="InvalidInputException">The rows hold no window.</exception>
    public static WindowDataset? Cut(PreparedPanel panel, string part, IReadOnlyList<RowRange> rows)
    {
        if (rows.All(range => range.IsEmpty)) return null;
        WindowDataset windows = new(panel, RangesOf(panel, rows));
        return windows.Rows > 0
            ? windows
            : throw new InvalidInputException(
                Invariant($"The split has {rows.Max(range => range.Count):N0} {part} rows and the horizon is {panel.Shape.Horizon:N0}"),
                $"Give more {part} rows in data.split, none, or a shorter data.horizon");
    }

    /// <exception cref="InvalidInputException">No series has training rows for a window.</exception>
    public static void RefuseTooFew(ForecastDataSpec spec, IReadOnlyList<RowRange> train, Panel panel)
    {
        WindowShape shape = WindowShape.Of(spec);
        int needed = shape.Reach + spec.Horizon, max = train.Max(range => range.Count);
        if (max >= needed) return;
        string reach = shape.Reach == spec.Window ? Invariant($"a window of {spec.Window:N0}") : Invariant($"a season of {shape.Reach:N0}");
        string of = panel.Series.Count > 1
            ? Invariant($"The longest of {panel.Series.Count:N0} series has {max:N0} rows for training")
            : Invariant($"{max:N0} of the {panel.Series[0].Known - panel.Series[0].Start:N0} rows are for training");
        throw new InvalidInputException(
            Invariant($"{of}; {reach} and a horizon of {spec.Horizon:N0} need at least {needed:N0}"),
            "Give more rows, a larger data.split.train, or a shorter data.window or data.horizon",
            new(panel.Table.Name));
    }

    /// <summary>One window for each series: its last known rows.</summary>
    /// <exception cref="InvalidInputException">No series is as long as a window, or columns that must be known ahead are missing.</exception>
    public static List<WindowRange> Next(PreparedPanel panel)
    {
        List<WindowRange> windows = [];
        ILookup<int, SeriesRun> runs = panel.Runs.ToLookup(run => run.Series);
        for (int number = 0; number < panel.Series.Count; number++)
        {
            SeriesRows series = panel.Series[number];
            SeriesRun run = runs[number].Last(run => run.Start < Math.Max(series.Known, series.Start + 1));
            if (series.Known - run.Start < panel.Shape.Reach) continue;
            if (panel.Known.Count > 0 && series.End - series.Known < panel.Shape.Horizon)
            {
                string of = series.Name.Length > 0 ? $" of series {series.Name}" : "";
                throw new InvalidInputException(
                    $"column{(panel.Known.Count > 1 ? "s" : "")} {string.Join(", ", panel.Known.Select(name => $"'{name}'"))} must be known "
                        + Invariant($"for the {panel.Shape.Horizon:N0} rows that are forecast{of}, and the file has {series.End - series.Known:N0} such rows"),
                    "Add rows at the end of the file: dates and what is known, the target empty");
            }

            windows.Add(new(number, series.Known, 1));
        }

        return windows.Count > 0 ? windows : throw new InvalidInputException(
            Invariant($"no series ends with the {panel.Shape.Reach:N0} rows that the network looks back at"), "Give more rows, or fill the gap at the end");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
