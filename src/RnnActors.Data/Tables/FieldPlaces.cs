using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Where the fields of a table are.</summary>
internal sealed class FieldPlaces(string path, SourceText? source)
{
    public SourceLocation Table { get; } = new(path);

    public SourceLocation At(int row, Column column) =>
        source is not null && column.Offsets is { } offsets ? source.At(offsets[row]) : new($"{path}, row {row + 1}");

    /// <summary>The place within the table, in words.</summary>
    public string Words(int row, Column column) => At(row, column) is { Line: > 0 and var line } ? $"in line {line}" : $"in row {row + 1}";
}
