using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The parts of a panel, a range of rows for each series. Several series with dates are split at the same dates, so that no part overlaps another in time;
/// without dates, each series is split by its own rows.
/// </summary>
internal sealed record PanelSplit(IReadOnlyList<RowRange> Train, IReadOnlyList<RowRange> Validation, IReadOnlyList<RowRange> Test)
{
    /// <exception cref="InvalidInputException">The parts ask for more rows than there are, or leave nothing to train on.</exception>
    public static PanelSplit Resolve(SplitSpec split, Panel panel)
    {
        if (panel.Series.Count == 1)
        {
            SeriesRows only = panel.Series[0];
            RowSplit own = RowSplit.Resolve(split, only.Known - only.Start);
            return new([Of(only, own.Train)], [Of(only, own.Validation)], [Of(only, own.Test)]);
        }

        if (panel.Dates is { } dates) return AtDates(split, panel, dates);
        RowSplit[] each = EachByItself(split, panel);
        IReadOnlyList<RowRange> Part(Func<RowSplit, RowRange> part) => [.. panel.Series.Select((series, i) => Of(series, part(each[i])))];
        return new(Part(own => own.Train), Part(own => own.Validation), Part(own => own.Test));
    }

    /// <summary>The rows that no part uses, in words; null for none.</summary>
    public string? DescribeUnused(Panel panel)
    {
        long rows = panel.Series.Sum(series => (long)series.Known - series.Start);
        long used = new[] { Train, Validation, Test }.Sum(part => part.Sum(range => (long)Math.Max(0, range.Count)));
        if (used >= rows) return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"data.split uses {used:N0} of {rows:N0} rows: the last {rows - used:N0} have no part in training or tests");
    }

    /// <summary>Splits each series separately. One that is too short for the split is left out, unless all are.</summary>
    private static RowSplit[] EachByItself(SplitSpec split, Panel panel)
    {
        RowSplit[] each = [.. Enumerable.Repeat(Nothing, panel.Series.Count)];
        InvalidInputException? tooShort = null;
        for (int i = 0; i < each.Length; i++)
        {
            SeriesRows series = panel.Series[i];
            if (series.Known == series.Start) continue;
            try
            {
                each[i] = RowSplit.Resolve(split, series.Known - series.Start, $"rows of series {series.Name}");
            }
            catch (InvalidInputException problem)
            {
                tooShort ??= problem;
            }
        }

        return tooShort is not null && Array.TrueForAll(each, own => own.Train.IsEmpty) ? throw tooShort : each;
    }

    private static RowSplit Nothing { get; } = new(default, default, default);

    private static RowRange Of(SeriesRows series, RowRange rows) => new(series.Start + rows.Start, series.Start + rows.End);

    private static PanelSplit AtDates(SplitSpec split, Panel panel, IReadOnlyList<DateTime> dates)
    {
        DateTime[] distinct =
            [.. panel.Series.SelectMany(series => Enumerable.Range(series.Start, series.Known - series.Start)).Select(row => dates[row]).Distinct().Order()];
        RowSplit at = RowSplit.Resolve(split, distinct.Length, "dates");
        IReadOnlyList<RowRange> Part(RowRange range) =>
            [.. panel.Series.Select(series => new RowRange(FirstFrom(series, range.Start), FirstFrom(series, range.End)))];
        return new(Part(at.Train), Part(at.Validation), Part(at.Test));

        // The series' first row at or after a date.
        int FirstFrom(SeriesRows series, int date)
        {
            int low = series.Start, high = series.Known;
            while (date < distinct.Length && low < high)
            {
                int middle = (low + high) / 2;
                if (dates[middle] < distinct[date]) low = middle + 1;
                else high = middle;
            }

            return date < distinct.Length ? low : series.Known;
        }
    }
}
