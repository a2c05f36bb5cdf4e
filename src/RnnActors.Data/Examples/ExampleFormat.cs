namespace RnnActors.Data.Examples;

/// <summary>How files of examples are written, as far as their owner says it.</summary>
public sealed record ExampleFormat
{
    /// <summary>A .NET encoding name; null for UTF-8, or windows-1252 where a file is not that.</summary>
    public string? Encoding { get; init; }

    /// <summary>What parts fields; null to see from the file.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line names the columns; null to see from the file.</summary>
    public bool? Header { get; init; }

    /// <summary>Names that the owner uses of columns or keys: a first line that has them all is a line of names.</summary>
    public IReadOnlyList<string> UsedNames { get; init; } = [];
}

/// <summary>The examples of a file or folder.</summary>
/// <param name="Names">Their fields.</param>
/// <param name="Notes">What was decided in reading them, a sentence each.</param>
public sealed record ExampleList(IReadOnlyList<string> Names, IReadOnlyList<Example> Rows, IReadOnlyList<string> Notes);
