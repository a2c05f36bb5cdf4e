using Xunit;

namespace RnnActors.Tests;

/// <summary>
/// A file of the repository that is made from the code and read by people: a change of the code fails its test until the file is written anew, and so
/// is seen by whoever reviews it.
/// </summary>
internal static class RecordedFile
{
    /// <summary>An environment variable: 1 writes the files in place of comparing them.</summary>
    public const string Variable = "RNNACTORS_RECORD";

    /// <summary>The name of a test that compares one ends so, and the command below finds all of them.</summary>
    private const string Filter = "as_recorded";

    /// <param name="path">From the top of the repository.</param>
    /// <param name="text">What the code says that the file should be.</param>
    public static void AssertIs(string path, string text)
    {
        string root = Root(), file = Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar));
        if (Environment.GetEnvironmentVariable(Variable) == "1") File.WriteAllText(file, text);
        string recorded = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        if (recorded == text) return;
        string now = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(path));
        File.WriteAllText(now, text);
        string[] old = recorded.Split('\n'), lines = text.Split('\n');
        int first = Enumerable.Range(0, Math.Max(old.Length, lines.Length)).First(i => old.ElementAtOrDefault(i) != lines.ElementAtOrDefault(i));
        string project = Path.GetRelativePath(root, Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."))).Replace('\\', '/');
        Assert.Fail($"""
            {path} is not what the code says. Line {first + 1} is
              {old.ElementAtOrDefault(first) ?? "(the end)"}
            and should be
              {lines.ElementAtOrDefault(first) ?? "(the end)"}
            The whole text is in {now}. If the change is meant, write it down:
              {Variable}=1 dotnet test -c Release {project} --filter FullyQualifiedName~{Filter}
            """);
    }

    /// <summary>The folder of the solution.</summary>
    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RnnActors.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
