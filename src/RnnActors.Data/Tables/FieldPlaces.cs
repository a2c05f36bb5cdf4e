using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Where the fields of a table are.</summary>
internal sealed class FieldPlaces(string path, SourceText? source)
{
    public SourceLocation Table { get; private set; } = new(path);

    /// <summary>Whether a row can be told by its number where there is no text.</summary>
    public bool HasRows { get; init; } = true;

    public SourceLocation At(int row, Column column) =>
        source is not null && column.OffsetAt is { } offset ? source.At(offset(row)) with { Path = Table.Path }
        : HasRows ? new($"{Table.Path}, row {row + 1}") : Table;

    /// <summary>The same for rows in another order, which keep their places in a text and have no numbers of their own.</summary>
    public FieldPlaces OfOtherRows() => new(Table.Path, source) { HasRows = false };

    /// <summary>Gives the table another name, in the messages of all who hold these places.</summary>
    public void Rename(string path) => Table = new(path);

    /// <summary>The place within the table, in words.</summary>
    public string Words(int row, Column column) => At(row, column) is { Line: > 0 and var line } ? $"in line {line}" : $"in row {row + 1}";
}
