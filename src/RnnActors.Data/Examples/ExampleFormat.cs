namespace RnnActors.Data.Examples;

/// <summary>The format of files of examples, as far as the user has given it.</summary>
public sealed record ExampleFormat
{
    /// <summary>A .NET encoding name; null for UTF-8, or windows-1252 for a file that is not valid UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>The separator of fields; null to detect it.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line has the names of the columns; null to detect it.</summary>
    public bool? Header { get; init; }

    /// <summary>Names of columns or keys that the user's specification uses. A first line that has all of them is a header.</summary>
    public IReadOnlyList<string> UsedNames { get; init; } = [];
}

/// <summary>The examples of a file or folder.</summary>
/// <param name="Names">The names of their fields.</param>
/// <param name="Notes">What was detected while reading them, a sentence each.</param>
public sealed record ExampleList(IReadOnlyList<string> Names, IReadOnlyList<Example> Rows, IReadOnlyList<string> Notes);
