using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Columns of equal length, in the order of the file.</summary>
public sealed partial class Table
{
    private readonly FieldPlaces _places;

    /// <param name="name">What messages call it: a path, or a description.</param>
    /// <param name="columns">At least one, of equal lengths, without repeated names.</param>
    /// <param name="times">A date a row; null where there is none.</param>
    /// <param name="timeName">What the column of dates is called.</param>
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

    /// <summary>All columns but that of the dates, in the order of the file.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The time of the rows; null where no column says it.</summary>
    public TableTimes? Times { get; }

    public int Rows => Columns[0].Rows;

    /// <summary>What was decided about the file, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>What to try where a column is not there; null for nothing.</summary>
    internal string? HeaderHint { get; init; }

    /// <summary>The column of that name, of any kind.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public Column Find(string name) => Columns.FirstOrDefault(c => c.Name == name) ?? throw Missing(name);

    /// <summary>The column of numbers of that name.</summary>
    /// <exception cref="InvalidInputException">There is none, or it holds something that is no number.</exception>
    public Column Numbers(string name)
    {
        Column column = Find(name);
        if (column.Fault is { } fault) throw new InvalidInputException(fault.Problem, fault.Remedy, At(fault.Row, column));
        if (column.Kind == ColumnKind.Empty) throw new InvalidInputException($"Column '{name}' has no value", "Name another column", new(Name));
        return column;
    }

    /// <summary>The same table under another name, which messages show. Nobody else may hold it.</summary>
    internal Table Named(string name)
    {
        _places.Rename(name);
        return this;
    }

    /// <summary>The place of a field in the file; of the table where it is not from a file.</summary>
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
