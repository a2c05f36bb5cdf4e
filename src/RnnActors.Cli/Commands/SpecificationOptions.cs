using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text.Json;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;

namespace RnnActors.Cli.Commands;

/// <summary>
/// The options that make up the specification: a specification file, or data and a few flags. With data, the flags help to choose a specification; with a
/// specification, each sets its key.
/// </summary>
internal sealed class SpecificationOptions
{
    private readonly (DataOption Says, Option Option)[] _data =
        [.. TaskKinds.All.SelectMany(kind => kind.Options).DistinctBy(option => option.Name).Select(option => (option, Create(option)))];
    private readonly Option<string?> _task = new("--task")
    {
        Description = $"What to train for, where the data leave it open: {string.Join(", ", TaskKinds.All.Select(kind => kind.Name))}.",
        HelpName = "TASK",
    };

    private readonly TrainingFlags _flags = new();
    private readonly Option<int?> _epochs = CommandOptions.Epochs();
    private readonly Option<ulong?> _seed = CommandOptions.Seed();
    private readonly Option<string[]> _set = CommandOptions.Set();

    public void AddTo(Command command)
    {
        _task.CompletionSources.Add([.. TaskKinds.All.Select(kind => kind.Name)]);
        foreach (Option option in (Option[])[.. _data.Select(data => data.Option), _task, .. _flags.All, _epochs, _seed, _set]) command.Add(option);
    }

    /// <summary>Whether any of these options is given.</summary>
    public bool AreGiven(ParseResult parsed) =>
        ((Option[])[.. _data.Select(data => data.Option), _task, .. _flags.All, _epochs, _seed, _set]).Any(option =>
            parsed.GetResult(option) is { Implicit: false });

    /// <param name="what">A specification, data, or null for the built-in series.</param>
    /// <returns>The run's name and its specification.</returns>
    public (string Name, RunSpecification Specification) Resolve(ParseResult parsed, string? what)
    {
        if (what is not null && !File.Exists(what) && !Directory.Exists(what)) throw MissingPath.Refuse(what, "there is no such file");
        if (what is not null && IsRun(what))
            throw new InvalidInputException(
                "this is a run that was trained before", "Go on with it: resume; or train on a specification or data", new SourceLocation(what));
        List<string> changes = Changes(parsed);
        string? task = parsed.GetValue(_task);
        if (what is null)
        {
            if (task is not null) throw new InvalidInputException("--task says what a data file is for, and no file is named", "Name one");
            TaskExample example = TaskKinds.Example;
            return (example.Name, _flags.Apply(parsed, RunSpecification.Parse(example.Specification, example.Name, "", [.. Keys(parsed), .. changes])));
        }

        if (RunSpecification.IsSpecificationFile(what) && task is not null)
            throw new InvalidInputException("a specification says itself what it trains for", "Leave --task out, or change \"task\" in it",
                new SourceLocation(what));
        if (RunSpecification.IsSpecificationFile(what))
            return (Path.GetFileNameWithoutExtension(what), _flags.Apply(parsed, RunSpecification.Load(what, [.. Keys(parsed), .. changes])));
        return (NameOf(what), _flags.Apply(parsed, RunSpecification.ForDataFile(what, [.. Keys(parsed), .. changes.Where(IsOfData)], task).With(changes)));
    }

    /// <summary>The specification stored in a file of parameters, changed by the options.</summary>
    /// <param name="path">The file, which gives the run its name.</param>
    public (string Name, RunSpecification Specification) Resolve(ParseResult parsed, string specification, string path) =>
        (NameOf(path), _flags.Apply(
            parsed, RunSpecification.Parse(specification, $"{ShownPath.Of(path)} (specification)", "", [.. Keys(parsed), .. Changes(parsed)])));

    /// <summary>The changes from training options and --set.</summary>
    private List<string> Changes(ParseResult parsed)
    {
        List<string> changes = [.. _flags.Changes(parsed), .. parsed.GetValue(_set)!];
        if (parsed.GetValue(_epochs) is { } epochs) changes.Add($"training.epochs={epochs}");
        if (parsed.GetValue(_seed) is { } seed) changes.Add($"training.seed={seed}");
        return changes;
    }

    /// <summary>The data options as changes of a specification.</summary>
    private IEnumerable<string> Keys(ParseResult parsed)
    {
        foreach ((DataOption says, Option option) in _data)
        {
            string? value = option switch
            {
                Option<string[]> texts => parsed.GetValue(texts) is { Length: > 0 } all ? JsonSerializer.Serialize(all) : null,
                Option<string?> text => parsed.GetValue(text) is { } one ? JsonSerializer.Serialize(one) : null,
                Option<int?> number => parsed.GetValue(number)?.ToString(CultureInfo.InvariantCulture),
                _ => null,
            };
            if (value is not null) yield return $"data.{says.Key}={value}";
        }
    }

    /// <summary>Whether a change concerns the data: those are applied before the file is read.</summary>
    private static bool IsOfData(string change) => change.StartsWith("data.", StringComparison.Ordinal);

    private static bool IsRun(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || (Directory.Exists(path) && new RunFolder(path).HoldsRun);

    private static string NameOf(string data)
    {
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data)));
        return name.Length > 0 ? name : "run";
    }

    private static Option Create(DataOption option)
    {
        Option created = option.Type switch
        {
            DataOptionType.Texts =>
                new Option<string[]>(option.Name) { Description = option.Description, HelpName = option.ValueName, DefaultValueFactory = _ => [] },
            DataOptionType.Count => CommandOptions.AtLeast(option.Name, 1, option.Description),
            _ => new Option<string?>(option.Name) { Description = option.Description, HelpName = option.ValueName },
        };
        created.CompletionSources.Add(
            _ => new SpecificationKeys().ValuesOf($"data.{option.Key}").Where(value => value != "null").Select(value => new CompletionItem(value)));
        return created;
    }
}
