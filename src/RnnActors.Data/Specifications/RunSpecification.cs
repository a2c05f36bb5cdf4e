using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Specifications;

/// <summary>A complete run, as a JSON file specifies it. Together with the data it determines every bit of the trained parameters.</summary>
public sealed record RunSpecification
{
    public required DataSpec Data { get; init; }

    public required ModelSpec Model { get; init; }

    public required TrainingSpec Training { get; init; }

    public CheckpointSpec Checkpoint { get; init; } = new();

    /// <summary>The folder to which relative paths refer. It is not part of the JSON.</summary>
    public string BaseDirectory { get; init; } = "";

    /// <summary>The kind of task.</summary>
    public TaskKind Task => TaskKinds.Of(Data);

    /// <summary>The full path of the data; null if they are generated.</summary>
    public string? DataPath => FullPath(Data.File);

    /// <summary>The full path of the folder of checkpoints; null where the run decides.</summary>
    public string? CheckpointDirectory => FullPath(Checkpoint.Directory);

    /// <summary>
    /// Reads a file; its folder becomes the base directory. If it leaves out <c>model</c>, <c>training</c>, or the training's loss or optimizer, they are
    /// chosen to suit the data, as in <see cref="ForDataFile"/>.
    /// </summary>
    /// <param name="overrides">Changes of the form <c>training.batch=64</c>, in order.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or something in it or in an override is wrong.</exception>
    public static RunSpecification Load(string path, IReadOnlyList<string>? overrides = null)
    {
        string text = InputFile.ReadText(path, path, "utf-8");
        return Parse(text, path, Path.GetDirectoryName(Path.GetFullPath(path))!, overrides);
    }

    /// <summary>Reads JSON, with comments and trailing commas.</summary>
    /// <param name="name">The name of the text in messages.</param>
    public static RunSpecification Parse(string text, string name, string baseDirectory, IReadOnlyList<string>? overrides = null) =>
        Read(SourceParser.Parse(text, name), baseDirectory, overrides ?? []);

    /// <summary>
    /// Makes a specification for a data file, of the kind of task that suits it best (<see cref="TaskKind.Match"/>): forecasting for a table, a language model
    /// for a text. Paths are relative to the current directory.
    /// </summary>
    /// <param name="path">Null for generated data.</param>
    /// <param name="overrides">Changes of the form <c>data.targets=["price"]</c>, in order; what they leave open is detected from the file.</param>
    /// <param name="task">The name of the kind of task; null for the one that suits the file best.</param>
    /// <exception cref="InvalidInputException">There is no such file, a change does not fit it, or a required key cannot be detected.</exception>
    public static RunSpecification ForDataFile(string? path, IReadOnlyList<string>? overrides = null, string? task = null) =>
        DataFile.Specify(path, overrides ?? [], task).With([]);

    /// <summary>Whether a file is a specification by its name (<c>.json</c>, <c>.jsonc</c>); any other is data.</summary>
    public static bool IsSpecificationFile(string path) => DataFile.IsSpecification(path);

    /// <summary>The differences between two specifications, in the order of the keys.</summary>
    public static IReadOnlyList<SpecificationDifference> Differences(RunSpecification before, RunSpecification after) =>
        SpecificationDifference.Between(before, after);

    /// <summary>The same specification with some keys changed.</summary>
    /// <inheritdoc cref="Load" path="/param"/>
    public RunSpecification With(IReadOnlyList<string> overrides)
    {
        RunSpecification read = Read(SourceParser.TryParseValue(ToJson(), "", new SourceLocation("the specification"))!, BaseDirectory, overrides);
        return read with { Data = read.Data.AfterLookOf(Data) };
    }

    /// <summary>The same specification with full paths, so that it can be stored elsewhere.</summary>
    public RunSpecification WithFullPaths() => this with
    {
        Data = Data.WithPaths(path => FullPath(path)!),
        Checkpoint = Checkpoint with { Directory = CheckpointDirectory },
    };

    /// <summary>Canonical JSON: every key with its value, including defaults. It reads back as the same specification.</summary>
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
