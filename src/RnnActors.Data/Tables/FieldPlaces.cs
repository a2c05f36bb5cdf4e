using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>The places of a table's fields, for error messages.</summary>
internal sealed class FieldPlaces(string path, SourceText? source)
{
    public SourceLocation Table { get; private set; } = new(path);

    /// <summary>Whether rows are identified by their numbers if there is no text.</summary>
    public bool HasRows { get; init; } = true;

    public SourceLocation At(int row, Column column) =>
        source is not null && column.OffsetAt is { } offset ? source.At(offset(row)) with { Path = Table.Path }
        : HasRows ? new($"{Table.Path}, row {row + 1}") : Table;

    /// <summary>The places of rows in another order: they keep their places in a text, but have no row numbers.</summary>
    public FieldPlaces OfOtherRows() => new(Table.Path, source) { HasRows = false };

    /// <summary>Renames the table, in the messages of everything that uses these places.</summary>
    public void Rename(string path) => Table = new(path);

    /// <summary>The place within the table, in words.</summary>
    public string Words(int row, Column column) => At(row, column) is { Line: > 0 and var line } ? $"in line {line}" : $"in row {row + 1}";
}
