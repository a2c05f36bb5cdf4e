using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>Tables with other rows than their file: reordered, with inserted rows, or joined.</summary>
public sealed partial class Table
{
    /// <summary>A table of these rows, in this order; -1 is a row without values.</summary>
    /// <param name="times">The times of the new rows; null to select them like the rows, which must then have no -1.</param>
    internal Table Select(IReadOnlyList<int> rows, TableTimes? times = null) =>
        With(IsAll(rows) ? Columns : [.. Columns.Select(column => column.Select(rows))], times ?? Times?.Select(rows));

    /// <summary>Whether these are all rows in their order, so that nothing needs to be copied.</summary>
    internal bool IsAll(IReadOnlyList<int> rows)
    {
        if (rows.Count != Rows) return false;
        for (int row = 0; row < rows.Count; row++) if (rows[row] != row) return false;
        return true;
    }

    /// <summary>A table of other columns from the same file.</summary>
    internal Table With(IReadOnlyList<Column> columns, TableTimes? times) => new(columns, times, Notes, _places.OfOtherRows()) { HeaderHint = HeaderHint };

    /// <summary>This table's rows followed by those of another. Rows have no value in columns that their own table lacks.</summary>
    internal Table Append(Table later)
    {
        int[] none = [.. Enumerable.Repeat(-1, later.Rows)], before = [.. Enumerable.Repeat(-1, Rows)];
        List<Column> columns = [];
        foreach (Column column in Columns)
        {
            Column? other = later.Columns.FirstOrDefault(c => c.Name == column.Name);
            columns.Add(Column.Join(column.Name, column, other ?? column.Select(none)));
        }

        foreach (Column column in later.Columns.Where(column => Columns.All(c => c.Name != column.Name)))
            columns.Add(Column.Join(column.Name, column.Select(before), column));
        return new(columns, Times is null || later.Times is null ? null : Times.Append(later.Times), [.. Notes, .. later.Notes],
            new FieldPlaces(later.Name, null) { HasRows = false });
    }
}

public sealed partial class Column
{
    /// <summary>The values of several columns, one after the other.</summary>
    internal static Column Join(string name, params IReadOnlyList<Column> columns)
    {
        ColumnKind kind = columns.FirstOrDefault(column => column.Kind != ColumnKind.Empty)?.Kind ?? ColumnKind.Empty;
        int[] ends = new int[columns.Count];
        for (int i = 0, rows = 0; i < ends.Length; i++) ends[i] = rows += columns[i].Rows;
        return new(name, [.. columns.SelectMany(column => column.Values)], kind, row =>
        {
            int at = Array.FindIndex(ends, end => row < end);
            return columns[at].TextOf(row - (at == 0 ? 0 : ends[at - 1]));
        })
        {
            LeftOut = columns.Select(column => column.LeftOut).FirstOrDefault(why => why is not null),
        };
    }

    /// <summary>A column of these rows, in this order; -1 is a row without a value.</summary>
    internal Column Select(IReadOnlyList<int> rows)
    {
        FieldFault? fault = null;
        if (Fault is not null && rows.ToList().IndexOf(Fault.Row) is >= 0 and var at) fault = Fault with { Row = at };
        double[]? values = _values is null ? null : [.. rows.Select(row => row < 0 ? double.NaN : _values[row])];
        return new(Name, values, rows.Count, Kind, row => rows[row] < 0 ? null : FieldAt(rows[row]))
        {
            LeftOut = LeftOut,
            IsUnnamed = IsUnnamed,
            OffsetAt = OffsetAt is { } offset ? row => rows[row] < 0 ? 0 : offset(rows[row]) : null,
            Fault = fault,
        };
    }

    /// <summary>A value as a text, such as the name of a category or series; null where it is missing.</summary>
    internal string? TextOf(int row) => Texts is { } texts ? texts[row]
        : double.IsFinite(Values[row]) ? Values[row].ToString("R", CultureInfo.InvariantCulture) : FieldAt(row);
}

public sealed partial class TableTimes
{
    /// <summary>The times of these rows, in this order.</summary>
    internal TableTimes Select(IReadOnlyList<int> rows) => new(
        Name, _layout, [.. rows.Select(row => Local[row])], Offsets is null ? null : [.. rows.Select(row => Offsets[row])], row => At(rows[row]),
        row => FieldAt(rows[row]))
    {
        IsGuess = IsGuess,
    };

    /// <summary>The times of a table with rows inserted or appended.</summary>
    internal TableTimes With(IReadOnlyList<DateTime> local, IReadOnlyList<TimeSpan>? offsets) => new(Name, _layout, local, offsets) { IsGuess = IsGuess };

    internal TableTimes Append(TableTimes later)
    {
        int rows = Local.Count;
        IReadOnlyList<TimeSpan>? offsets = Offsets is null || later.Offsets is null ? null : [.. Offsets, .. later.Offsets];
        return new(Name, later._layout, [.. Local, .. later.Local], offsets, row => row < rows ? At(row) : later.At(row - rows),
            row => row < rows ? FieldAt(row) : later.FieldAt(row - rows))
        {
            IsGuess = IsGuess,
        };
    }
}
