using System.Text.Json.Nodes;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Processes;

/// <summary>The program as it was built, started as a process of its own.</summary>
internal static class Rnnactors
{
    /// <summary>The tests' output folder has the program with all that it needs.</summary>
    public static string Library { get; } = Path.Combine(AppContext.BaseDirectory, "rnnactors.dll");

    /// <summary>The libraries that the program is made of, ours and others', without the tests'.</summary>
    public static IEnumerable<string> Libraries()
    {
        var dependencies = Json(File.ReadAllText(Path.ChangeExtension(Library, ".deps.json")));
        return dependencies["targets"]!.AsObject().SelectMany(target => target.Value!.AsObject())
            .SelectMany(package => package.Value!["runtime"]?.AsObject().Select(file => Path.GetFileName(file.Key)) ?? [])
            .Select(name => Path.Combine(AppContext.BaseDirectory, name))
            .Where(path => path != Library && File.Exists(path));
    }

    /// <summary>Starts the program. A shell that starts the tests in the background has them ignore
    /// Ctrl-C, and their children with them: the program does not.</summary>
    public static ProcessRun Start(string folder, IReadOnlyDictionary<string, string?>? environment, params IEnumerable<string> arguments) =>
        OperatingSystem.IsLinux()
            ? ProcessRun.Start("env", ["--default-signal=INT", "dotnet", Library, .. arguments], folder, environment)
            : ProcessRun.Start("dotnet", [Library, .. arguments], folder, environment);

    public static ProcessResult Run(string folder, params IEnumerable<string> arguments) => Run(folder, null, arguments);

    public static ProcessResult Run(string folder, IReadOnlyDictionary<string, string?>? environment, params IEnumerable<string> arguments)
    {
        using var run = Start(folder, environment, arguments);
        return run.WaitForExit();
    }

    /// <summary>Runs a command with <c>--json</c> that must succeed.</summary>
    /// <returns>Its last line, whose event is <c>done</c>.</returns>
    public static JsonObject RunToDone(string folder, params IEnumerable<string> arguments) => RunToDone(folder, null, arguments);

    public static JsonObject RunToDone(string folder, IReadOnlyDictionary<string, string?>? environment, params IEnumerable<string> arguments)
    {
        var result = Run(folder, environment, [.. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, result.ToString());
        var last = Json(result.Output.TrimEnd().Split('\n')[^1]);
        Assert.True(IsEvent(last, "done"), result.ToString());
        return last;
    }

    public static string Parameters(JsonObject done) => done["parameters"]!.GetValue<string>();

    public static JsonObject Json(string line) => JsonNode.Parse(line)!.AsObject();

    public static bool IsEvent(string line, string name) => IsEvent(Json(line), name);

    private static bool IsEvent(JsonObject line, string name) => line["event"]?.GetValue<string>() == name;
}
