using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Specifications;

/// <summary>
/// A whole run, as a JSON file says it. With the data it determines every bit of the trained parameters.
/// </summary>
public sealed record RunSpecification
{
    public required DataSpec Data { get; init; }

    public required ModelSpec Model { get; init; }

    public required TrainingSpec Training { get; init; }

    public CheckpointSpec Checkpoint { get; init; } = new();

    /// <summary>The folder that relative paths start in. It is not a part of the JSON.</summary>
    public string BaseDirectory { get; init; } = "";

    /// <summary>What the network is trained for.</summary>
    public TaskKind Task => TaskKinds.Of(Data);

    /// <summary>The full path of the data; null where they are generated.</summary>
    public string? DataPath => FullPath(Data.File);

    /// <summary>The full path of the folder of checkpoints; null where the run decides.</summary>
    public string? CheckpointDirectory => FullPath(Checkpoint.Directory);

    /// <summary>
    /// Reads a file; its folder is the base directory. Where it leaves out <c>model</c> or <c>training</c>, or the latter's loss or optimizer, they are what
    /// suits the data, as in <see cref="ForDataFile"/>.
    /// </summary>
    /// <param name="overrides">Changes of the form <c>training.batch=64</c>, in order.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or something in it or in an override is wrong.</exception>
    public static RunSpecification Load(string path, IReadOnlyList<string>? overrides = null)
    {
        string text = InputFile.ReadText(path, path, "utf-8");
        return Parse(text, path, Path.GetDirectoryName(Path.GetFullPath(path))!, overrides);
    }

    /// <summary>Reads JSON, with comments and trailing commas.</summary>
    /// <param name="name">What messages call the text.</param>
    public static RunSpecification Parse(string text, string name, string baseDirectory, IReadOnlyList<string>? overrides = null) =>
        Read(SourceParser.Parse(text, name), baseDirectory, overrides ?? []);

    /// <summary>
    /// A sensible specification for a data file, of the kind of task that suits it best (<see cref="TaskKind.Match"/>): a forecast for a table, a language
    /// model for a text. Paths start in the current directory.
    /// </summary>
    /// <param name="path">Null for data that are generated.</param>
    /// <param name="overrides">Changes of the form <c>data.targets=["price"]</c>, in order; what they leave open is found by looking at the file.</param>
    /// <param name="task">The name of the kind of task; null for the one that suits the file best.</param>
    /// <exception cref="InvalidInputException">There is no such file, a change does not fit it, or a key that must be given cannot be guessed.</exception>
    public static RunSpecification ForDataFile(string? path, IReadOnlyList<string>? overrides = null, string? task = null) =>
        DataFile.Specify(path, overrides ?? [], task).With([]);

    /// <summary>Whether a file is a specification by its name (<c>.json</c>, <c>.jsonc</c>); any other is data.</summary>
    public static bool IsSpecificationFile(string path) => DataFile.IsSpecification(path);

    /// <summary>What changed between two specifications, in the order of the keys.</summary>
    public static IReadOnlyList<SpecificationDifference> Differences(RunSpecification before, RunSpecification after) =>
        SpecificationDifference.Between(before, after);

    /// <summary>The same run with some keys changed.</summary>
    /// <inheritdoc cref="Load" path="/param"/>
    public RunSpecification With(IReadOnlyList<string> overrides)
    {
        RunSpecification read = Read(SourceParser.TryParseValue(ToJson(), "", new SourceLocation("the specification"))!, BaseDirectory, overrides);
        return read with { Data = read.Data.AfterLookOf(Data) };
    }

    /// <summary>The same run with full paths, so that it can be kept away from its folder.</summary>
    public RunSpecification WithFullPaths() => this with
    {
        Data = Data.WithPaths(path => FullPath(path)!),
        Checkpoint = Checkpoint with { Directory = CheckpointDirectory },
    };

    /// <summary>Canonical JSON: every key with its value, also where it is the default. It reads back as the same specification.</summary>
    public string ToJson() => RunFormat.Instance.ToJson(this);

    private static RunSpecification Read(SourceNode node, string baseDirectory, IReadOnlyList<string> overrides)
    {
        foreach (string change in overrides) node = RunFormat.Instance.Apply(Override.Parse(change), 0, node);
        return OpenSpecification.Is(node)
            ? OpenSpecification.Close(node, baseDirectory)
            : RunFormat.Instance.Read(node) with { BaseDirectory = baseDirectory };
    }

    private string? FullPath(string? path) =>
        path is null ? null : Path.GetFullPath(path, Path.GetFullPath(BaseDirectory.Length == 0 ? "." : BaseDirectory));
}
