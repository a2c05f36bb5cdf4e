using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Examples;
using RnnActors.Data.Findings;
using RnnActors.Data.Sound;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>Recordings that have been read, split, perhaps joined, and encoded as features and symbols.</summary>
public sealed class TranscriptionTask : PreparedTask
{
    private readonly TranscriptionDataSpec _spec;
    private readonly FittedTranscripts _fitted;
    private readonly TranscriptRows _train;
    private readonly TranscriptRows? _validation, _test;
    private readonly string? _languageModelPath;

    private TranscriptionTask(
        TranscriptionDataSpec spec, FittedTranscripts fitted, TranscriptRows train, TranscriptRows? validation, TranscriptRows? test, string? languageModelPath,
        IReadOnlyList<string> notes)
    {
        (_spec, _fitted, _train, _validation, _test, _languageModelPath, Notes) = (spec, fitted, train, validation, test, languageModelPath, notes);
        Preparation = FittedTranscripts.Format.ToJson(fitted);
        var hash = new DataHash().Add(Preparation);
        foreach (TranscriptRows rows in new[] { train, validation, test }.OfType<TranscriptRows>())
        {
            InputRows.OfValues(rows.Features).AddTo(hash);
            foreach (int[] labels in rows.Labels) hash.Add(labels);
        }

        DataHash = hash.ToString();
    }

    /// <summary>The part that the network is measured on, with the language model's file.</summary>
    internal (TranscriptRows Rows, string Name, string? LanguageModelPath) Measured =>
        _test is not null ? (_test, "test", _languageModelPath) : _validation is not null
            ? (_validation, "validation", _languageModelPath)
            : (_train, "training", _languageModelPath);

    public override SequenceDataset Train => _train.Data;

    public override SequenceDataset? Validation => _validation?.Data;

    public override SequenceDataset? Test => _test?.Data;

    public override string DataHash { get; }

    public override string Preparation { get; }

    public override IReadOnlyList<string> Notes { get; }

    /// <summary>Findings about the fields of the recordings.</summary>
    private IReadOnlyList<Finding> OfFields { get; init; } = [];

    public override IEnumerable<Finding> Examine(TrainingSpec training) => OfFields;

    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <exception cref="InvalidInputException">A recording cannot be read, or is too short for its transcript.</exception>
    public static TranscriptionTask Load(TranscriptionDataSpec spec, string baseDirectory)
    {
        ExampleParts parts = ExampleParts.Read(spec, baseDirectory, (path, shown) => RecordingFiles.Read(path, shown, spec.Pattern, spec.Format));
        string label = spec.Label ?? LabelOf(parts.Train[0]);
        int rate = spec.Features.Rate ?? SoundInput.Load(parts.Train, null).GroupBy(recording => recording.Rate).OrderByDescending(group => group.Count())
            .ThenByDescending(group => group.Key).First().Key;
        IReadOnlyList<Utterance> Utterances(IReadOnlyList<Example> examples, int part) =>
            Utterance.Of(examples, SoundInput.Load(examples, rate), label, spec.Join, part);

        IReadOnlyList<Utterance> train = Utterances(parts.Train, 0);
        var symbols = Vocabulary.Fit(train.SelectMany(utterance => TextCutter.Of(spec.Unit).Cut(utterance.Text)), []);
        string[] entries = [FittedTranscripts.BlankEntry, .. symbols.Entries.Order(StringComparer.Ordinal)];
        var fitted = new FittedTranscripts(label, spec.Unit, Vocabulary.Of(entries),
            FittedFeatures.Fit(spec.Features, [.. train.Select(utterance => utterance.Recording)]));
        string? language = spec.LanguageModel is { } text ? DataSpec.FullPath(text, baseDirectory) : null;
        return new TranscriptionTask(
            spec, fitted, TranscriptRows.Of(fitted, train, spec.Augment)!, TranscriptRows.Of(fitted, Utterances(parts.Validation, 1), null),
            TranscriptRows.Of(fitted, Utterances(parts.Test, 2), null), language, [.. parts.Notes, .. SoundInput.Notes(parts.Train)])
        {
            OfFields = [.. ExampleFindings.Groups(parts, spec.GroupBy)],
        };
    }

    /// <summary>Finds the field of the transcript by its name.</summary>
    internal static string LabelOf(Example example)
    {
        string[] names = ["text", "transcript", "transcription", "sentence", RecordingFiles.LabelField];
        return names.FirstOrDefault(example.Has) ?? throw new InvalidInputException(
            $"nothing says what is said in the recordings; there are {string.Join(", ", example.Names.SkipLast(2))}", "Name the field with data.label",
            new SourceLocation(example.Where.Path));
    }

    public override string Describe(string? path) =>
        $"{path}: {Recordings(_train.Utterances.Count)}{Copies} to train on"
        + $"{Figures.Part(_validation?.Utterances.Count, "to validate")}{Figures.Part(_test?.Utterances.Count, "to test")}; {_fitted.Symbols.Count - 1} "
            + $"symbols in \"{_fitted.Label}\"; {Figures.Count(_fitted.Features.Rate)} Hz";

    private string Copies => _spec.Augment is { Copies: var copies }
        ? $", {Figures.Count(_train.Utterances.Count / (1 + copies) * copies)} of them changed copies," : "";

    private string Recordings(int count) =>
        _spec.Join is null ? Figures.Plural(count, "recording") : Figures.Plural(count, "string of recordings", "strings of recordings");

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) => TranscriptionScore.Of(
        new Transcriber(_fitted, _spec, _languageModelPath, network), network, part == _test?.Data ? _test! : part == _validation?.Data ? _validation! : _train,
        name, _train);
}
