using RnnActors.Data.Files;

namespace RnnActors.Cli.Processes;

/// <summary>How the program was started, so that proposed commands work when typed in the user's current directory.</summary>
/// <param name="Program">What precedes the command's name.</param>
internal sealed record Invocation(string Program)
{
    private const string Name = "rnnactors", Project = "RnnActors.Cli.csproj";

    /// <summary>A command with its arguments, quoted for the shell.</summary>
    public string Of(params IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote).Prepend(Program));

    /// <summary><c>dotnet run</c> if the program runs from its project's build folder, unless that is on the path.</summary>
    public static Invocation OfThisProcess()
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)); // …/bin/Release/net10.0
        string[] searched = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (searched.Contains(built.FullName) || built.Parent is not { Parent: { Name: "bin", Parent: { } project } } configuration)
            return new Invocation(Name);
        if (!File.Exists(Path.Combine(project.FullName, Project))) return new Invocation(Name);
        return new Invocation($"dotnet run -c {configuration.Name} --project {Quote(ShownPath.Of(project.FullName))} --");
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_./=:,+@%\\".Contains(c, StringComparison.Ordinal)) ? argument
        : OperatingSystem.IsWindows() ? $"\"{argument}\""
        : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
