namespace RnnActors.Data.Files;

/// <summary>Paths as people are shown them.</summary>
public static class ShownPath
{
    /// <summary>A path as short as it can be said from the current directory.</summary>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        return relative.StartsWith("..", StringComparison.Ordinal) && relative.Length > full.Length ? full : relative;
    }
}
