using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A table with its rows ordered by series and then by time, from which windows are cut.</summary>
/// <param name="Table">In that order; inserted rows have no values.</param>
/// <param name="Series">At least one, one after another.</param>
/// <param name="Runs">Ranges of rows that no window may cross: the series, split where <see cref="GapRule.Cut"/> cuts them. In order.</param>
/// <param name="Time">The labels of rows.</param>
/// <param name="Inputs">The columns that may be read; <c>*</c> is resolved.</param>
/// <param name="Targets">The columns to forecast.</param>
/// <param name="Notes">What was found and decided, a sentence each.</param>
internal sealed record Panel(
    Table Table, IReadOnlyList<SeriesRows> Series, IReadOnlyList<SeriesRun> Runs, TimeAxis Time, IReadOnlyList<string> Inputs, IReadOnlyList<string> Targets,
    IReadOnlyList<string> Notes)
{
    /// <summary>The date of each row; null for none.</summary>
    public IReadOnlyList<DateTime>? Dates { get; init; }

    /// <summary>Columns whose values are known for the forecast rows.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>Columns that embedding layers read.</summary>
    public IReadOnlyList<string> Embedded { get; init; } = [];

    /// <summary>For each row, its row in the file, which includes the rows that it continues; -1 for an inserted row.</summary>
    public IReadOnlyList<int> SourceRows { get; init; } = [];

    /// <summary>The first of <see cref="SourceRows"/> to be forecast; those before it are history.</summary>
    public int FirstNew { get; init; }

    public int Rows => Table.Rows;

    /// <summary>
    /// The panel before its last rows arrived: the same number from each series, or, if several series have dates, the rows of the last dates.
    /// </summary>
    public Panel Without(int last)
    {
        if (last == 0) return this;
        DateTime? until = null;
        if (Series.Count > 1 && Dates is { } dates)
        {
            DateTime[] distinct =
                [.. Series.SelectMany(series => Enumerable.Range(series.Start, series.Known - series.Start)).Select(row => dates[row]).Distinct().Order()];
            until = distinct[Math.Max(0, distinct.Length - last)];
        }

        List<int> rows = [];
        List<SeriesRows> series = [];
        List<SeriesRun> runs = [];
        for (int number = 0; number < Series.Count; number++)
        {
            SeriesRows own = Series[number];
            int end = Math.Max(own.Start, until is null ? own.Known - last : own.Known), shift = rows.Count - own.Start;
            while (until is not null && end > own.Start && Dates![end - 1] >= until) end--;
            rows.AddRange(Enumerable.Range(own.Start, end - own.Start));
            series.Add(new(own.Name, own.Start + shift, end + shift, end + shift));
            runs.AddRange(Runs.Where(run => run.Series == number && run.Start < end)
                .Select(run => new SeriesRun(number, run.Start + shift, Math.Min(run.End, end) + shift)));
        }

        Table table = Table.Select(rows);
        return this with
        {
            Table = table,
            Series = series,
            Runs = runs,
            Dates = table.Times?.Local,
            Time = Time.Of(table.Times?.Local, table.Times?.Offsets),
            SourceRows = [.. rows.Select(row => SourceRows[row])],
        };
    }
}

/// <summary>Rows [Start, End) of a series without a gap that windows may not cross.</summary>
/// <param name="Series">The number of the series.</param>
internal readonly record struct SeriesRun(int Series, int Start, int End);
