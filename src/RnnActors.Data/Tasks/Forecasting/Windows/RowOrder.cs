using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Checks the dates of a table's rows: oldest first, newest first, or an error, for which it suggests a cause.</summary>
internal sealed class RowOrder(ForecastDataSpec spec, Table table)
{
    /// <summary>Sorts the rows of each series by time, and finds their usual step.</summary>
    /// <exception cref="InvalidInputException">The dates have no recognisable order.</exception>
    public TimeStep? Put(List<(string Name, List<int> Rows)> groups, ICollection<string> notes)
    {
        if (table.Times is not { } times) return null;
        if (times.Local.Count == 0) return null;
        bool isNewestFirst = AreNewestFirst(groups, times);
        if (isNewestFirst)
        {
            foreach ((_, List<int> rows) in groups) rows.Reverse();
            notes.Add(NewestFirst(times));
        }

        foreach ((string name, List<int> rows) in groups)
            if (!IsInOrder(rows, times, 1)) throw OutOfOrder(name, rows, times);
        bool isAsInFile = groups.Count == 1 && !isNewestFirst;
        return TimeStep.Find(groups.Select(group => isAsInFile ? times.Local : [.. group.Rows.Select(row => times.Local[row])]));
    }

    public static string NewestFirst(TableTimes times) => $"The newest rows come first: they are read in the order of '{times.Name}'";

    public static bool AreNewestFirst(List<(string Name, List<int> Rows)> groups, TableTimes times) =>
        groups.Exists(group => group.Rows.Count > 1) && groups.TrueForAll(group => IsInOrder(group.Rows, times, -1));

    /// <summary>The column that identifies the series of a row, if the specification names none, but the dates are in order only within its values.</summary>
    public static string? SeriesIn(ForecastDataSpec spec, Table table)
    {
        if (spec.Series.Count > 0 || table.Times is not { Local.Count: > 1 } times) return null;
        List<int> rows = [.. Enumerable.Range(0, table.Rows)];
        bool isInOrder = IsInOrder(rows, times, 1) || IsInOrder(rows, times, -1);
        return isInOrder ? null : new RowOrder(spec, table).SeriesColumn(times)?.Id.Name;
    }

    private static bool IsInOrder(List<int> rows, TableTimes times, int sign)
    {
        for (int i = 1; i < rows.Count; i++)
            if (Math.Sign(Compare(times, rows[i], rows[i - 1])) != sign) return false;
        return true;
    }

    private static int Compare(TableTimes times, int a, int b) => times.Instant(a).CompareTo(times.Instant(b));

    private InvalidInputException OutOfOrder(string series, List<int> rows, TableTimes times)
    {
        int at = Enumerable.Range(1, rows.Count - 1).First(i => Compare(times, rows[i], rows[i - 1]) <= 0);
        (int before, int now) = (rows[at - 1], rows[at]);
        string of = series.Length > 0 ? $" of series {series}" : "";
        string problem = FormattableString.Invariant(
            $"The date '{times.FieldAt(now)}'{of} is not after that of the row before ('{times.FieldAt(before)}')")
            + (at == 1 ? "" : FormattableString.Invariant($"; the first {at:N0} of {rows.Count:N0} rows are in order"));
        SourceLocation where = times.At(now);
        if (IsClockChange(times, before, now))
        {
            return new(problem + ": the clock was put back here", "Give dates with their offset, such as 02:00+01:00, so that both hours can be told apart",
                where);
        }

        if (times.Local.All(date => date.TimeOfDay == default) && TimeFinder.ClockOf(table.Columns) is { } clock)
        {
            return new(
                $"{problem}; column '{clock.Name}' seems to hold the times of day", $"Set data.time to {times.Name}+{clock.Name} to join them with the dates",
                where);
        }

        if (SeriesColumn(times) is var (id, others))
        {
            string[] names = [.. Enumerable.Range(0, table.Rows).Select(row => id.TextOf(row) ?? "").Distinct().Take(4)];
            return new(
                $"{problem}; the file seems to hold several series ({id.Name} = {string.Join(", ", names.Take(3))}{(names.Length > 3 ? " …" : "")}"
                    + (others == 0 ? ")" : FormattableString.Invariant($", but for {others:N0} of the rows)")),
                $"Name their column with --series {id.Name}, and one model learns them all", where);
        }

        if (MergedCells.Find(table, now) is { } merged)
        {
            return new(
                $"{problem}; column '{merged.Name}' says '{merged.TextOf(now)}' here and is empty in the rows between, as merged cells are saved",
                $"{MergedCells.Remedy(merged.Name)}, and name it with --series {merged.Name}", where);
        }

        return new(problem, "Sort the rows by date, keep one row a date, or name another column in data.time", where);
    }

    private static bool IsClockChange(TableTimes times, int before, int now) =>
        times.Offsets is null && times.Local[before] - times.Local[now] is var back && back >= TimeSpan.Zero && back <= TimeSpan.FromHours(1)
        && times.Local[now] is { Month: 3 or 4 or 9 or 10 or 11, DayOfWeek: DayOfWeek.Sunday, Hour: < 4 };

    /// <summary>
    /// A column whose values group the rows so that nearly all dates are in order, with the number of rows that still are not. Null for none.
    /// </summary>
    private (Column Id, int Others)? SeriesColumn(TableTimes times)
    {
        const int Rarer = 20;
        int allowed = Enumerable.Range(1, table.Rows - 1).Count(row => Compare(times, row, row - 1) <= 0) / Rarer;
        foreach (Column column in table.Columns)
        {
            if (spec.Targets.Contains(column.Name) || (column.IsNumeric && !column.Values.All(value => value == Math.Floor(value)))) continue;
            Dictionary<string, int> last = [];
            int others = 0;
            for (int row = 0; row < table.Rows && others <= allowed; row++)
            {
                if (column.TextOf(row) is not { } id)
                {
                    others = int.MaxValue;
                    break;
                }

                if (last.TryGetValue(id, out int before) && Compare(times, row, before) <= 0) others++;
                else last[id] = row;
            }

            if (others <= allowed && last.Count > 1 && last.Count <= table.Rows / 2) return (column, others);
        }

        return null;
    }
}
