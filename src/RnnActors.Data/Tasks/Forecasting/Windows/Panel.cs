using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A table whose rows stand series by series, each in order of time: what windows are cut from.</summary>
/// <param name="Table">In that order; rows that were inserted have no value.</param>
/// <param name="Series">One behind the other, at least one.</param>
/// <param name="Runs">Ranges of rows that no window may leave: the series, parted where <see cref="GapRule.Cut"/> cuts them. In order.</param>
/// <param name="Time">What rows are called.</param>
/// <param name="Inputs">The columns that may be read; <c>*</c> is resolved.</param>
/// <param name="Targets">The columns to forecast.</param>
/// <param name="Notes">What was found and decided, a sentence each.</param>
internal sealed record Panel(
    Table Table, IReadOnlyList<SeriesRows> Series, IReadOnlyList<SeriesRun> Runs, TimeAxis Time, IReadOnlyList<string> Inputs, IReadOnlyList<string> Targets,
    IReadOnlyList<string> Notes)
{
    /// <summary>A date a row; null where there are none.</summary>
    public IReadOnlyList<DateTime>? Dates { get; init; }

    /// <summary>Columns whose values are known for the rows that are forecast.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>Columns that embedding layers read.</summary>
    public IReadOnlyList<string> Embedded { get; init; } = [];

    /// <summary>The row of the file (with what it goes on from before it) that each row was; -1 for one that was inserted.</summary>
    public IReadOnlyList<int> SourceRows { get; init; } = [];

    /// <summary>The first of <see cref="SourceRows"/> that is to be forecast; those before are history.</summary>
    public int FirstNew { get; init; }

    public int Rows => Table.Rows;

    /// <summary>The panel as it was before its last rows came: as many of each series, or, where several series have dates, of the dates.</summary>
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

/// <summary>Rows [Start, End) of a series between which nothing is missing that windows may not cross.</summary>
/// <param name="Series">The series' number.</param>
internal readonly record struct SeriesRun(int Series, int Start, int End);
