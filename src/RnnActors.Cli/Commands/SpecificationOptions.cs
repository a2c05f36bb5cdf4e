using System.CommandLine;
using System.Text.Json;
using RnnActors.Cli.Builtin;
using RnnActors.Cli.Runs;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Commands;

/// <summary>
/// What the command line says about the specification: a file, or data and a few flags. With data, the flags help to choose a specification; with a
/// specification, each sets its key.
/// </summary>
internal sealed class SpecificationOptions
{
    private readonly Option<string[]> _targets = Names("--target", "The column to forecast; may be given many times.", "COLUMN");
    private readonly Option<string[]> _inputs = Names("--input", "A column that the network reads; may be given many times. The default is every column of numbers.", "COLUMN");
    private readonly Option<string?> _time = new("--time") { Description = "The column of dates.", HelpName = "COLUMN" };
    private readonly Option<int?> _window = CommandOptions.AtLeast("--window", 1, "Rows that the network looks back at.");
    private readonly Option<int?> _horizon = CommandOptions.AtLeast("--horizon", 1, "Rows ahead that are forecast.");
    private readonly Option<int?> _season = CommandOptions.AtLeast("--season", 1, "Rows of a season, for the seasonal forecast to compare with.");
    private readonly Option<int?> _steps = CommandOptions.AtLeast("--steps", 1, "For a text: steps that the gradient reaches back.");
    private readonly Option<int?> _epochs = CommandOptions.Epochs();
    private readonly Option<ulong?> _seed = CommandOptions.Seed();
    private readonly Option<string[]> _set = CommandOptions.Set();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_targets, _inputs, _time, _window, _horizon, _season, _steps, _epochs, _seed, _set]) command.Add(option);
    }

    /// <param name="what">A specification, data, or null for the built-in series.</param>
    /// <returns>What the run is called, and its specification.</returns>
    public (string Name, RunSpecification Specification) Resolve(ParseResult parsed, string? what)
    {
        if (what is not null && !File.Exists(what) && !Directory.Exists(what)) throw MissingPath.Refuse(what, "there is no such file");
        if (what is not null && IsRun(what))
            throw new InvalidInputException("this is a run that was trained before", "Go on with it: resume; or train on a specification or data", new SourceLocation(what));
        List<string> changes = [.. parsed.GetValue(_set)!];
        if (parsed.GetValue(_epochs) is { } epochs) changes.Add($"training.epochs={epochs}");
        if (parsed.GetValue(_seed) is { } seed) changes.Add($"training.seed={seed}");
        if (what is null) return (BuiltinSeries.Name, RunSpecification.Parse(BuiltinSeries.Specification, BuiltinSeries.Name, "", [.. Keys(parsed), .. changes]));
        if (RunSpecification.IsSpecificationFile(what)) return (Path.GetFileNameWithoutExtension(what), RunSpecification.Load(what, [.. Keys(parsed), .. changes]));
        return (NameOf(what), RunSpecification.ForDataFile(what, Options(parsed)).With(changes));
    }

    private DataFileOptions Options(ParseResult parsed) => new()
    {
        Targets = parsed.GetValue(_targets)!,
        Inputs = parsed.GetValue(_inputs)!,
        Time = parsed.GetValue(_time),
        Window = parsed.GetValue(_window),
        Horizon = parsed.GetValue(_horizon),
        Season = parsed.GetValue(_season),
        Steps = parsed.GetValue(_steps),
    };

    /// <summary>The flags as changes of a specification.</summary>
    private IEnumerable<string> Keys(ParseResult parsed)
    {
        if (parsed.GetValue(_targets) is { Length: > 0 } targets) yield return $"data.targets={JsonSerializer.Serialize(targets)}";
        if (parsed.GetValue(_inputs) is { Length: > 0 } inputs) yield return $"data.inputs={JsonSerializer.Serialize(inputs)}";
        if (parsed.GetValue(_time) is { } time) yield return $"data.time={JsonSerializer.Serialize(time)}";
        if (parsed.GetValue(_window) is { } window) yield return $"data.window={window}";
        if (parsed.GetValue(_horizon) is { } horizon) yield return $"data.horizon={horizon}";
        if (parsed.GetValue(_season) is { } season) yield return $"data.season={season}";
        if (parsed.GetValue(_steps) is { } steps) yield return $"data.steps={steps}";
    }

    private static bool IsRun(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || (Directory.Exists(path) && new RunFolder(path).HoldsRun);

    private static string NameOf(string data)
    {
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data)));
        return name.Length > 0 ? name : "run";
    }

    private static Option<string[]> Names(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => [] };
}
