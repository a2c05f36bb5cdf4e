namespace RnnActors.Core.Tests;

/// <summary>The checkout in which the tests were built.</summary>
internal static class Repository
{
    /// <summary>The folder of RnnActors.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files of a pattern in src, tests and deploy and at the top, but for what builds make.</summary>
    public static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Root, pattern).Concat(Folders().SelectMany(folder => Files(folder, pattern)));

    /// <summary>Files of a pattern below a folder, but for what builds make; with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .Select(path => path.Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    private static string[] Folders() => [.. new[] { "src", "tests", "deploy" }.Select(folder => Path.Combine(Root, folder))];

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RnnActors.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("RnnActors.sln lies in no folder above the tests.");
    }
}
