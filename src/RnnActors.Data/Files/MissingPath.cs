using RnnActors.Core.Problems;

namespace RnnActors.Data.Files;

/// <summary>Finds the existing path that is most similar to one that does not exist.</summary>
public static class MissingPath
{
    public static InvalidInputException Refuse(string path, string problem)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        string[] names = Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)!)] : [];
        string? nearest = Suggestion.Nearest(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), names);
        return new InvalidInputException(
            problem, nearest is null ? $"Looked for {Path.GetFullPath(path)}" : $"Did you mean {Path.Combine(Path.GetDirectoryName(path) ?? "", nearest)}",
            new SourceLocation(path));
    }
}
