using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Sorts the rows of a table into series, and checks their dates: order, duplicates, gaps, several series in one.</summary>
internal sealed class PanelBuilder
{
    /// <summary>The maximum number of rows that inserting missing ones may give.</summary>
    private const int MaxRows = 20_000_000;

    private readonly ForecastDataSpec _spec;
    private readonly Table _table;
    private readonly List<string> _notes = [];
    private readonly List<int> _rows;
    private readonly List<DateTime> _times;
    private readonly List<TimeSpan>? _offsets; // if the file has offsets
    private readonly List<SeriesRows> _series = [];
    private readonly List<SeriesRun> _runs = [];

    private PanelBuilder(ForecastDataSpec spec, Table table)
    {
        (_spec, _table, _rows, _times) = (spec, table, new(table.Rows), new(table.Rows));
        if (table.Times?.Offsets is not null) _offsets = new(table.Rows);
    }

    /// <param name="history">
    /// The table that the network was trained on. The new table continues it if it begins after its end, or if both have no dates and the new one is too short
    /// for a window. Null for none.
    /// </param>
    /// <param name="historyEnd">
    /// The last date of <paramref name="history"/>; null if it is not known. A table that begins no later does not continue it.
    /// </param>
    /// <exception cref="InvalidInputException">A column is missing, or the order of the dates cannot be understood.</exception>
    public static Panel Build(ForecastDataSpec spec, Table table, Func<Table?>? history = null, DateTime? historyEnd = null)
    {
        LaidOutTable laidOut = SeriesLayouts.ToLong(spec, table);
        if (history is null || StandsAlone(spec, laidOut, historyEnd) || history() is not { } past) return new PanelBuilder(spec, laidOut.Table).Build(laidOut);
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
                .. later == laidOut.Table ? [] : (string[])[RowOrder.NewestFirst(later.Times!)],
                $"{table.Name} goes on where the training data end, so windows look back into {past.Name}",
            ],
        };
    }

    /// <summary>Reverses a table whose newest rows come first, so that another can be put before or after it.</summary>
    private static Table OldestFirst(ForecastDataSpec spec, LaidOutTable laidOut)
    {
        Table table = laidOut.Table;
        bool isNewestFirst = table.Times is { Local.Count: > 0 } times
            && RowOrder.AreNewestFirst(new PanelBuilder(spec, table).Groups(laidOut.SeriesColumns), times);
        return isNewestFirst ? table.Select([.. Enumerable.Range(0, table.Rows).Reverse()]) : table;
    }

    /// <summary>Whether a table cannot continue another one, whatever that contains.</summary>
    private static bool StandsAlone(ForecastDataSpec spec, LaidOutTable later, DateTime? historyEnd) => later.Table.Times is { Local.Count: > 0 } times
        ? historyEnd is { } end && Enumerable.Range(0, times.Local.Count).Min(times.Instant) <= end
        : later.Table.Times is null && !IsShort(spec, later);

    /// <summary>Whether no series of a table is long enough for a window and its forecast.</summary>
    private static bool IsShort(ForecastDataSpec spec, LaidOutTable table)
    {
        WindowShape shape = WindowShape.Of(spec);
        List<(string Name, List<int> Rows)> groups = new PanelBuilder(spec, table.Table).Groups(table.SeriesColumns);
        return groups.TrueForAll(group => group.Rows.Count < shape.Reach + shape.Horizon);
    }

    /// <summary>Whether a table continues another one.</summary>
    private static bool GoesOn(ForecastDataSpec spec, Table past, LaidOutTable later)
    {
        if (past.Times is { Local.Count: > 0 } before && later.Table.Times is { Local.Count: > 0 } after)
        {
            DateTime last = Enumerable.Range(0, before.Local.Count).Max(before.Instant), first = Enumerable.Range(0, after.Local.Count).Min(after.Instant);
            return first > last;
        }

        return past.Times is null && later.Table.Times is null && IsShort(spec, later);
    }

    private Panel Build(LaidOutTable laidOut)
    {
        _notes.AddRange(_table.Notes);
        if (LeftOut(laidOut) is { } left) _notes.Add(left);
        List<(string Name, List<int> Rows)> groups = Groups(laidOut.SeriesColumns);
        TimeStep? step = new RowOrder(_spec, _table).Put(groups, _notes);
        bool[] hasTarget = HasTarget(laidOut.Targets);
        var gaps = new GapCount();
        foreach ((string name, List<int> rows) in groups) Add(name, rows, step, hasTarget, gaps);
        if (gaps.Describe(_spec.Gaps, step) is { } note) _notes.Add(note);
        if (_series.TrueForAll(series => series.Known == series.Start))
            throw new InvalidInputException($"Column '{laidOut.Targets[0]}' has no value", "Name another column", new(_table.Name));

        // Rows that keep their order need no lists of their own.
        bool isSame = _table.IsAll(_rows);
        TableTimes? own = _table.Times, times = isSame ? own?.With(own.Local, own.Offsets) : own?.With(_times, _offsets);
        Table ordered = _table.Select(_rows, times);
        if (_spec.Holidays is { } holidays)
        {
            if (times is null) throw new InvalidInputException("Holidays are given, and there is no column of dates", "Name it in data.time", new(_table.Name));
            HashSet<DateOnly> dates = HolidayFile.Read(holidays);
            double[] isHoliday = [.. times.Local.Select(time => dates.Contains(DateOnly.FromDateTime(time)) ? 1.0 : 0.0)];
            ordered = ordered.With([.. ordered.Columns, new Column(HolidayFile.ColumnName, isHoliday)], times);
            laidOut = laidOut with { Inputs = [.. laidOut.Inputs, HolidayFile.ColumnName], Known = [.. laidOut.Known, HolidayFile.ColumnName] };
        }

        return new Panel(
            ordered, _series, _runs,
            new TimeAxis(times?.Local, times?.Offsets, step, times is null ? null : times.Format) { Name = times?.Name },
            laidOut.Inputs, laidOut.Targets, _notes)
        {
            Dates = times?.Local,
            Known = laidOut.Known,
            Embedded = _spec.Embedded ?? [],
            SourceRows = isSame ? new ComputedList<int>(_rows.Count, row => row) : _rows,
        };
    }

    /// <summary>The columns that <c>*</c> does not include, as a note; null if there is nothing new to tell.</summary>
    private string? LeftOut(LaidOutTable laidOut)
    {
        if (!_spec.Inputs.Contains(SeriesLayouts.AllColumns)) return null;
        Column[] left =
        [
            .. _table.Columns.Where(column => column.LeftOut is not null && column.Kind is ColumnKind.Texts or ColumnKind.Empty)
                .Where(column => !laidOut.Inputs.Contains(column.Name) && !laidOut.SeriesColumns.Contains(column.Name))
                .Where(column => !(_spec.Embedded?.Contains(column.Name) ?? false)),
        ];
        if (left.Length == 0) return null;
        bool hasTexts = Array.Exists(left, column => column.Kind == ColumnKind.Texts);
        return $"Not read: {string.Join(", ", left.Select(column => $"{column.Name} ({column.LeftOut})"))}"
            + (hasTexts ? "; name a column of categories with --input to read it, or with --embed to embed it" : "");
    }

    /// <summary>The rows of each series, in the order in which the series first appear.</summary>
    private List<(string Name, List<int> Rows)> Groups(IReadOnlyList<string> columns)
    {
        if (columns.Count == 0) return [("", [.. Enumerable.Range(0, _table.Rows)])];
        Column[] ids = [.. columns.Select(_table.Find)];
        Dictionary<string, int> numbers = [];
        List<(string Name, List<int> Rows)> groups = [];
        for (int row = 0; row < _table.Rows; row++)
        {
            string name = string.Join(" · ", ids.Select(id => id.TextOf(row) ?? throw MergedCells.Untold(_table, id, row)));
            if (!numbers.TryGetValue(name, out int number))
            {
                numbers.Add(name, number = groups.Count);
                groups.Add((name, []));
            }

            groups[number].Rows.Add(row);
        }

        return groups;
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

        // Holidays are known ahead without rows in the file.
        (int end, DateTime last) = (_rows.Count, _times[^1]);
        while (_spec is { Holidays: not null, Known.Count: 0 } && step is { } next && _rows.Count - known < _spec.Horizon)
            Append(-1, next.Add(last, _rows.Count - end + 1), _offsets?[^1] ?? default);

        _runs.Add(new(number, runStart, _rows.Count));
        _series.Add(new(name, start, known, _rows.Count));
    }

    /// <summary>
    /// The steps from one row to the next in local time, or in UTC if daylight saving time begins or ends between them. 0 if the distance is not a whole number
    /// of steps.
    /// </summary>
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
