using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.LanguageModeling;
using RnnActors.Data.Tasks.Tagging;
using RnnActors.Data.Tasks.Transcription;
using RnnActors.Data.Tasks.Translation;

namespace RnnActors.Data.Specifications;

/// <summary>The kinds of task, in the order in which they are listed.</summary>
public static class TaskKinds
{
    private static readonly Lock Registering = new();
    private static volatile TaskKind[] _all =
        [new ForecastKind(), new LanguageModelKind(), new ClassificationKind(), new TranslationKind(), new TranscriptionKind(), new TaggingKind()];

    public static IReadOnlyList<TaskKind> All => _all;

    /// <summary>The dataset formats of all kinds, including registered ones, as <see cref="DatasetFile"/> takes them.</summary>
    public static IReadOnlyList<DatasetFormat> DatasetFormats =>
        [new ArrayDatasetFormat(), new RaggedDatasetFormat(), .. _all.SelectMany(kind => kind.DatasetFormats)];

    /// <summary>The example that is trained if nothing is specified.</summary>
    public static TaskExample Example => _all.Select(kind => kind.Example).OfType<TaskExample>().First();

    /// <summary>Registers a kind for the rest of the process. Do this before its first specification is read. Registering it again changes nothing.</summary>
    /// <exception cref="ArgumentException">Another kind has its name or its type of data.</exception>
    public static void Register(TaskKind kind)
    {
        lock (Registering)
        {
            TaskKind? known = Array.Find(_all, known => known.Name == kind.Name || known.DataType == kind.DataType);
            if (known is null) _all = [.. _all, kind];
            else if (known.GetType() != kind.GetType())
                throw new ArgumentException($"The kind of task '{known.Name}' has this name or this type of data already.", nameof(kind));
        }
    }

    /// <summary>The kind of that name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static TaskKind Named(string name)
    {
        string[] names = [.. _all.Select(kind => kind.Name)];
        return Array.Find(_all, kind => kind.Name == name) ?? throw new InvalidInputException(
            $"there is no task {name}", Suggestion.Nearest(name, names) is { } nearest
                ? $"Did you mean {nearest}"
                : $"The tasks are {string.Join(", ", names)}");
    }

    /// <summary>The kind of task of these data.</summary>
    public static TaskKind Of(DataSpec data) => Array.Find(_all, kind => kind.DataType == data.GetType())
        ?? throw new ArgumentException($"No kind of task has data of type {data.GetType().Name}: register it first.", nameof(data));

    /// <summary>The kind of task that suits a file best.</summary>
    /// <param name="path">A file or a folder; null for generated data.</param>
    /// <param name="keys">The keys of <c>data</c> that the user has given.</param>
    /// <exception cref="InvalidInputException">Several kinds suit it equally well.</exception>
    public static TaskKind ForFile(string? path, IReadOnlySet<string> keys)
    {
        var matches = _all.Select(kind => (Kind: kind, Match: kind.Match(path, keys))).ToArray();
        FileMatch best = matches.Max(match => match.Match);
        TaskKind[] fitting = [.. matches.Where(match => match.Match == best).Select(match => match.Kind)];
        if (fitting.Length == 1) return fitting[0];
        throw new InvalidInputException(
            best == FileMatch.None
            ? "no task reads such a file"
            : $"this may be {string.Join(" or ", fitting.Select(kind => $"{kind.FileNoun} ({kind.Name})"))}",
            $"Say which with --task: {string.Join(", ", (best == FileMatch.None ? [.. _all] : fitting).Select(kind => kind.Name))}",
            path is null ? null : new SourceLocation(path));
    }
}
