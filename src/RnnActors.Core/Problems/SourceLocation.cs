namespace RnnActors.Core.Problems;

/// <summary>A location in a file. Lines and columns count from 1; 0 means unknown. Prints as <c>path:line:column</c>, which editors and terminals
/// open.</summary>
/// <param name="Path">The file's path as the user wrote it.</param>
public sealed record SourceLocation(string Path, long Line = 0, long Column = 0)
{
    public override string ToString() => (Line, Column) switch
    {
        (0, _) => Path,
        (_, 0) => $"{Path}:{Line}",
        _ => $"{Path}:{Line}:{Column}",
    };
}
