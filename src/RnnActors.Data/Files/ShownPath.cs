namespace RnnActors.Data.Files;

/// <summary>Paths as they are displayed.</summary>
public static class ShownPath
{
    /// <summary>The shortest form of a path, seen from the current directory.</summary>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        return relative.StartsWith("..", StringComparison.Ordinal) && relative.Length > full.Length ? full : relative;
    }
}
