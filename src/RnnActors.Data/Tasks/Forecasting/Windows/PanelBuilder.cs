using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Sorts the rows of a table into series, and looks at the distances between their dates once: order, repeats, gaps, several series.</summary>
internal sealed class PanelBuilder
{
    /// <summary>More rows than this are not made by inserting those that are missing.</summary>
    private const int MaxRows = 20_000_000;

    private readonly ForecastDataSpec _spec;
    private readonly Table _table;
    private readonly List<string> _notes = [];
    private readonly List<int> _rows;
    private readonly List<DateTime> _times;
    private readonly List<TimeSpan>? _offsets; // where the file writes them
    private readonly List<SeriesRows> _series = [];
    private readonly List<SeriesRun> _runs = [];

    private PanelBuilder(ForecastDataSpec spec, Table table)
    {
        (_spec, _table, _rows, _times) = (spec, table, new(table.Rows), new(table.Rows));
        if (table.Times?.Offsets is not null) _offsets = new(table.Rows);
    }

    /// <param name="history">
    /// What the network was trained on: rows that the table goes on from, where it begins behind their end, or has no dates and is too short for a window.
    /// Null: nothing.
    /// </param>
    /// <exception cref="InvalidInputException">A column is not there, or the dates are in no order that can be read.</exception>
    public static Panel Build(ForecastDataSpec spec, Table table, Func<Table?>? history = null)
    {
        LaidOutTable laidOut = SeriesLayouts.ToLong(spec, table);
        if (history?.Invoke() is not { } past) return new PanelBuilder(spec, laidOut.Table).Build(laidOut);
        LaidOutTable before = SeriesLayouts.ToLong(spec, past);
        if (!GoesOn(spec, before.Table, laidOut)) return new PanelBuilder(spec, laidOut.Table).Build(laidOut);
        Table later = OldestFirst(spec, laidOut);
        LaidOutTable joined = laidOut with { Table = OldestFirst(spec, before).Append(later) };
        Panel panel = new PanelBuilder(spec, joined.Table).Build(joined);
        return panel with
        {
            FirstNew = before.Table.Rows,
            Notes =
            [
                .. panel.Notes,
                .. later == laidOut.Table ? [] : (string[])[NewestFirst(later.Times!)],
                $"{table.Name} goes on where the training data end, so windows look back into {past.Name}",
            ],
        };
    }

    /// <summary>The column that says which series a row belongs to, where the specification names none, but the dates are in order only within it.</summary>
    public static string? SeriesColumn(ForecastDataSpec spec, Table table)
    {
        if (spec.Series.Count > 0 || table.Times is not { Local.Count: > 1 } times) return null;
        List<int> rows = [.. Enumerable.Range(0, table.Rows)];
        bool isInOrder = IsInOrder(rows, times, 1) || IsInOrder(rows, times, -1);
        return isInOrder ? null : new PanelBuilder(spec, table).SeriesColumn(times)?.Id.Name;
    }

    /// <summary>A table whose newest rows come first is turned round, so that another can stand before or behind it.</summary>
    private static Table OldestFirst(ForecastDataSpec spec, LaidOutTable laidOut)
    {
        Table table = laidOut.Table;
        bool isNewestFirst = table.Times is { Local.Count: > 0 } times && AreNewestFirst(new PanelBuilder(spec, table).Groups(laidOut.SeriesColumns), times);
        return isNewestFirst ? table.Select([.. Enumerable.Range(0, table.Rows).Reverse()]) : table;
    }

    /// <summary>Whether a table goes on behind another.</summary>
    private static bool GoesOn(ForecastDataSpec spec, Table past, LaidOutTable later)
    {
        if (past.Times is { Local.Count: > 0 } before && later.Table.Times is { Local.Count: > 0 } after)
        {
            DateTime last = Enumerable.Range(0, before.Local.Count).Max(before.Instant), first = Enumerable.Range(0, after.Local.Count).Min(after.Instant);
            return first > last;
        }

        if (past.Times is not null || later.Table.Times is not null) return false;
        WindowShape shape = WindowShape.Of(spec);
        List<(string Name, List<int> Rows)> groups = new PanelBuilder(spec, later.Table).Groups(later.SeriesColumns);
        return groups.TrueForAll(group => group.Rows.Count < shape.Reach + shape.Horizon);
    }

    private Panel Build(LaidOutTable laidOut)
    {
        _notes.AddRange(_table.Notes);
        if (LeftOut(laidOut) is { } left) _notes.Add(left);
        List<(string Name, List<int> Rows)> groups = Groups(laidOut.SeriesColumns);
        TimeStep? step = Order(groups);
        bool[] hasTarget = HasTarget(laidOut.Targets);
        var gaps = new GapCount();
        foreach ((string name, List<int> rows) in groups) Add(name, rows, step, hasTarget, gaps);
        if (gaps.Describe(_spec.Gaps, step) is { } note) _notes.Add(note);
        if (_series.TrueForAll(series => series.Known == series.Start))
            throw new InvalidInputException($"Column '{laidOut.Targets[0]}' has no value", "Name another column", new(_table.Name));

        TableTimes? times = _table.Times?.With(_times, _offsets);
        Table ordered = _table.Select(_rows, times);
        if (_spec.Holidays is { } holidays)
        {
            if (times is null) throw new InvalidInputException("Holidays are given, and there is no column of dates", "Name it in data.time", new(_table.Name));
            HashSet<DateOnly> dates = HolidayFile.Read(holidays);
            double[] isHoliday = [.. _times.Select(time => dates.Contains(DateOnly.FromDateTime(time)) ? 1.0 : 0.0)];
            ordered = ordered.With([.. ordered.Columns, new Column(HolidayFile.ColumnName, isHoliday)], times);
            laidOut = laidOut with { Inputs = [.. laidOut.Inputs, HolidayFile.ColumnName], Known = [.. laidOut.Known, HolidayFile.ColumnName] };
        }

        return new Panel(
            ordered, _series, _runs,
            new TimeAxis(times is null ? null : _times, times?.Offsets, step, times is null ? null : times.Format) { Name = times?.Name },
            laidOut.Inputs, laidOut.Targets, _notes)
        {
            Dates = times is null ? null : _times,
            Known = laidOut.Known,
            Embedded = _spec.Embedded ?? [],
            SourceRows = _rows,
        };
    }

    /// <summary>What <c>*</c> does not read, and was not told of yet.</summary>
    private string? LeftOut(LaidOutTable laidOut)
    {
        if (!_spec.Inputs.Contains(SeriesLayouts.AllColumns)) return null;
        string[] columns =
        [
            .. _table.Columns.Where(column => column.LeftOut is not null && column.Kind is ColumnKind.Texts or ColumnKind.Empty)
                .Where(column => !laidOut.Inputs.Contains(column.Name) && !laidOut.SeriesColumns.Contains(column.Name))
                .Where(column => !(_spec.Embedded?.Contains(column.Name) ?? false))
                .Select(column => $"{column.Name} ({column.LeftOut})"),
        ];
        return columns.Length == 0 ? null
            : $"Not read: {string.Join(", ", columns)}; name a column of categories with --input to read it, or with --embed to embed it";
    }

    /// <summary>Rows by series, in the order in which the series first appear.</summary>
    private List<(string Name, List<int> Rows)> Groups(IReadOnlyList<string> columns)
    {
        if (columns.Count == 0) return [("", [.. Enumerable.Range(0, _table.Rows)])];
        Column[] ids = [.. columns.Select(_table.Find)];
        Dictionary<string, int> numbers = [];
        List<(string Name, List<int> Rows)> groups = [];
        for (int row = 0; row < _table.Rows; row++)
        {
            string name = string.Join(" · ", ids.Select(id => id.TextOf(row) ?? throw new InvalidInputException(
                $"The series of this row is not told: column '{id.Name}' is empty", "Give it", _table.At(row, id))));
            if (!numbers.TryGetValue(name, out int number))
            {
                numbers.Add(name, number = groups.Count);
                groups.Add((name, []));
            }

            groups[number].Rows.Add(row);
        }

        return groups;
    }

    /// <summary>Puts the rows of each series in order of time, and finds their usual step.</summary>
    private TimeStep? Order(List<(string Name, List<int> Rows)> groups)
    {
        if (_table.Times is not { } times) return null;
        if (times.Local.Count == 0) return null;
        bool isNewestFirst = AreNewestFirst(groups, times);
        if (isNewestFirst)
        {
            foreach ((_, List<int> rows) in groups) rows.Reverse();
            _notes.Add(NewestFirst(times));
        }

        foreach ((string name, List<int> rows) in groups)
            if (!IsInOrder(rows, times, 1)) throw OutOfOrder(name, rows, times);
        bool isAsInFile = groups.Count == 1 && !isNewestFirst;
        return TimeStep.Find(groups.Select(group => isAsInFile ? times.Local : [.. group.Rows.Select(row => times.Local[row])]));
    }

    private static string NewestFirst(TableTimes times) => $"The newest rows come first: they are read in the order of '{times.Name}'";

    private static bool AreNewestFirst(List<(string Name, List<int> Rows)> groups, TableTimes times) =>
        groups.Exists(group => group.Rows.Count > 1) && groups.TrueForAll(group => IsInOrder(group.Rows, times, -1));

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
            $"The date '{times.FieldAt(now)}'{of} is not after that of the row before ('{times.FieldAt(before)}'); ")
            + FormattableString.Invariant($"the first {at:N0} of {rows.Count:N0} rows are in order");
        SourceLocation where = times.At(now);
        if (IsClockChange(times, before, now))
        {
            return new(problem + ": the clock was put back here", "Give dates with their offset, such as 02:00+01:00, so that both hours can be told apart",
                where);
        }

        if (SeriesColumn(times) is var (id, others))
        {
            string[] names = [.. Enumerable.Range(0, _table.Rows).Select(row => id.TextOf(row) ?? "").Distinct().Take(4)];
            return new(
                $"{problem}; the file seems to hold several series ({id.Name} = {string.Join(", ", names.Take(3))}{(names.Length > 3 ? " …" : "")}"
                    + (others == 0 ? ")" : FormattableString.Invariant($", but for {others:N0} of the rows)")),
                $"Name their column with --series {id.Name}, and one model learns them all", where);
        }

        return new(problem, "Sort the rows by date, keep one row a date, or name another column in data.time", where);
    }

    private static bool IsClockChange(TableTimes times, int before, int now) =>
        times.Offsets is null && times.Local[before] - times.Local[now] is var back && back >= TimeSpan.Zero && back <= TimeSpan.FromHours(1)
        && times.Local[now] is { Month: 3 or 4 or 9 or 10 or 11, DayOfWeek: DayOfWeek.Sunday, Hour: < 4 };

    /// <summary>A column that parts the rows so that dates are in order, and in how many rows they still are not: hardly any. Null for none.</summary>
    private (Column Id, int Others)? SeriesColumn(TableTimes times)
    {
        const int Rarer = 20;
        int allowed = Enumerable.Range(1, _table.Rows - 1).Count(row => Compare(times, row, row - 1) <= 0) / Rarer;
        foreach (Column column in _table.Columns)
        {
            if (_spec.Targets.Contains(column.Name) || (column.IsNumeric && !column.Values.All(value => value == Math.Floor(value)))) continue;
            Dictionary<string, int> last = [];
            int others = 0;
            for (int row = 0; row < _table.Rows && others <= allowed; row++)
            {
                if (column.TextOf(row) is not { } id)
                {
                    others = int.MaxValue;
                    break;
                }

                if (last.TryGetValue(id, out int before) && Compare(times, row, before) <= 0) others++;
                else last[id] = row;
            }

            if (others <= allowed && last.Count > 1 && last.Count <= _table.Rows / 2) return (column, others);
        }

        return null;
    }

    private bool[] HasTarget(IReadOnlyList<string> targets)
    {
        bool[] has = new bool[_table.Rows];
        foreach (string name in targets)
        {
            double[] values = _table.Numbers(name).Values;
            for (int row = 0; row < has.Length; row++) has[row] |= double.IsFinite(values[row]);
        }

        return has;
    }

    private void Add(string name, List<int> rows, TimeStep? step, bool[] hasTarget, GapCount gaps)
    {
        int start = _rows.Count, runStart = start, number = _series.Count, known = start;
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows[i];
            if (i > 0 && step is { } usual && _table.Times is { } times)
            {
                (DateTime before, DateTime now) = (times.Local[rows[i - 1]], times.Local[row]);
                int missing = Steps(times, rows[i - 1], row, usual) - 1;
                bool isGap = missing > 0;
                if (isGap) gaps.Add(missing, now - before, times.At(rows[i - 1]));
                else if (missing < 0) gaps.AddUneven(times.At(row));
                if (isGap && _spec.Gaps == GapRule.Insert)
                {
                    if ((long)_rows.Count + missing > MaxRows)
                    {
                        throw new InvalidInputException(
                            FormattableString.Invariant($"{missing:N0} rows of {usual} are missing before '{times.FieldAt(row)}', too many to insert"),
                            "Set data.gaps to cut",
                            times.At(row));
                    }

                    for (int k = 1; k <= missing; k++) Append(-1, usual.Add(before, k), times.Offsets?[rows[i - 1]] ?? default);
                }
                else if (missing != 0 && _spec.Gaps == GapRule.Cut && (isGap || missing < 0))
                {
                    _runs.Add(new(number, runStart, _rows.Count));
                    runStart = _rows.Count;
                }
            }

            Append(row, _table.Times?.Local[row] ?? default, _table.Times?.Offsets?[row] ?? default);
            if (hasTarget[row]) known = _rows.Count;
        }

        // Holidays are known ahead without rows of the file.
        (int end, DateTime last) = (_rows.Count, _times[^1]);
        while (_spec is { Holidays: not null, Known.Count: 0 } && step is { } next && _rows.Count - known < _spec.Horizon)
            Append(-1, next.Add(last, _rows.Count - end + 1), _offsets?[^1] ?? default);

        _runs.Add(new(number, runStart, _rows.Count));
        _series.Add(new(name, start, known, _rows.Count));
    }

    /// <summary>Steps from a row to the next: on the clock or, where that is put forward or back between the two, in UTC. 0 for no whole number.</summary>
    private static int Steps(TableTimes times, int before, int now, TimeStep step)
    {
        int onClock = step.Between(times.Local[before], times.Local[now]);
        if (onClock == 1 || step.Unit != TimeUnit.Ticks || times.Offsets is not { } offsets || offsets[before] == offsets[now]) return onClock;
        return step.Between(times.Instant(before), times.Instant(now)) is > 0 and var steps ? steps : onClock;
    }

    private void Append(int row, DateTime time, TimeSpan offset)
    {
        _rows.Add(row);
        _times.Add(time);
        _offsets?.Add(offset);
    }
}
