using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Columns of equal length, in order of time.</summary>
public sealed class Table
{
    private readonly SourceText? _source;

    /// <param name="name">What messages call it: a path, or a description.</param>
    /// <param name="columns">At least one, of equal lengths, without repeated names.</param>
    /// <param name="times">A date a row, increasing; null where there is none.</param>
    public Table(string name, IReadOnlyList<Column> columns, IReadOnlyList<DateTime>? times = null)
        : this(name, columns, times, null)
    {
    }

    internal Table(string name, IReadOnlyList<Column> columns, IReadOnlyList<DateTime>? times, SourceText? source)
    {
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count);
        (Name, Columns, Times, _source) = (name, columns, times, source);
    }

    public string Name { get; }

    /// <summary>All columns but that of the dates, in the order of the file.</summary>
    public IReadOnlyList<Column> Columns { get; }

    public IReadOnlyList<DateTime>? Times { get; }

    public int Rows => Columns[0].Values.Length;

    /// <summary>The column of numbers of that name.</summary>
    /// <exception cref="InvalidInputException">There is none, or it holds something that is no number.</exception>
    public Column Numbers(string name)
    {
        Column column = Columns.FirstOrDefault(c => c.Name == name) ?? throw Missing(name);
        if (column.FaultRow >= 0)
        {
            throw new InvalidInputException(
                $"'{column.FaultText}' in column '{name}' is not a finite number",
                "Correct it, name it in data.missingValues if it means that the value is missing, or set data.culture if numbers are written in another way",
                At(column.FaultRow, column));
        }

        return column.IsNumeric ? column : throw new InvalidInputException($"Column '{name}' has no value", "Name another column", new(Name));
    }

    /// <summary>The place of a field in the file; of the table where it is not from a file.</summary>
    public SourceLocation At(int row, Column column) =>
        _source is not null && column.Offsets is { } offsets ? _source.At(offsets[row]) : new(Name);

    private InvalidInputException Missing(string name)
    {
        string[] names = [.. Columns.Select(column => column.Name)];
        return new(
            $"There is no column '{name}'",
            Suggestion.Nearest(name, names) is { } nearest ? $"Did you mean '{nearest}'" : $"The columns are {string.Join(", ", names.Take(20))}",
            new(Name));
    }
}
