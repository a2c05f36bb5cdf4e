using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Columns of equal length, in the order of the file.</summary>
public sealed partial class Table
{
    private readonly FieldPlaces _places;

    /// <param name="name">The name for messages: a path, or a description.</param>
    /// <param name="columns">At least one, of equal lengths, with different names.</param>
    /// <param name="times">A date for each row; null for none.</param>
    /// <param name="timeName">The name of the column of dates.</param>
    public Table(string name, IReadOnlyList<Column> columns, IReadOnlyList<DateTime>? times = null, string timeName = "time")
        : this(columns, times is null ? null : new TableTimes(timeName, DateLayout.IsoFor(times), times), [], new FieldPlaces(name, null) { HasRows = false })
    {
    }

    internal Table(IReadOnlyList<Column> columns, TableTimes? times, IReadOnlyList<string> notes, FieldPlaces places)
    {
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count);
        (Columns, Times, Notes, _places) = (columns, times, notes, places);
    }

    public string Name => _places.Table.Path;

    /// <summary>All columns except those of the dates, in the order of the file.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The time of the rows; null if no column has it.</summary>
    public TableTimes? Times { get; }

    public int Rows => Columns[0].Rows;

    /// <summary>What was detected in the file, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>What the user can do if a column is not found; null for nothing.</summary>
    internal string? HeaderHint { get; init; }

    /// <summary>The column of that name, of any kind.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public Column Find(string name) => Columns.FirstOrDefault(c => c.Name == name) ?? throw Missing(name);

    /// <summary>The numeric column of that name.</summary>
    /// <exception cref="InvalidInputException">There is none, or it has a field that is not a number.</exception>
    public Column Numbers(string name)
    {
        Column column = Find(name);
        if (column.Fault is { } fault) throw new InvalidInputException(fault.Problem, fault.Remedy, At(fault.Row, column));
        if (column.Kind == ColumnKind.Empty) throw new InvalidInputException($"Column '{name}' has no value", "Name another column", new(Name));
        return column;
    }

    /// <summary>This table under another name for messages. The table itself changes, so nobody else may use it.</summary>
    internal Table Named(string name)
    {
        _places.Rename(name);
        return this;
    }

    /// <summary>The place of a field in its file; of the table if it is not from a file.</summary>
    public SourceLocation At(int row, Column column) => _places.At(row, column);

    private InvalidInputException Missing(string name)
    {
        if (Times?.Name == name) return new($"'{name}' is the column of dates, and dates are no numbers", "Name another column", new(Name));
        string[] names = [.. Columns.Select(column => column.Name)];
        if (HeaderHint is not null) return new($"There is no column '{name}'", HeaderHint, new(Name));
        return new(
            $"There is no column '{name}'",
            Suggestion.Nearest(name, names) is { } nearest ? $"Did you mean '{nearest}'" : $"The columns are {string.Join(", ", names.Take(20))}",
            new(Name));
    }
}
