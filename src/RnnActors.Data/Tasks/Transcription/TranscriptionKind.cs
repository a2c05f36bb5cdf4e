using RnnActors.Core.Models;
using RnnActors.Core.Layers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Examples;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>Transcription: the text that is spoken in a recording.</summary>
internal sealed class TranscriptionKind : TaskKind<TranscriptionDataSpec>
{
    private static readonly ModelContext Context = new("symbols", true) { LayerName = "symbolLayer" };

    private static readonly string[] TranscriptFields = ["text", "transcript", "transcription", "sentence"];

    public override string Name => "transcribe";

    public override string Noun => "a transcriber";

    public override string Purpose => "writes down what is said";

    public override string FileNoun => "a folder of recordings and what is said in them";

    public override string Template => EmbeddedText.Read("transcribe.jsonc");

    public override Format<ModelSpec> Model { get; } = ModelFormat.For(Context);

    public override string OutputsName => Context.OutputsName;

    public override Shape ExampleInput => new(2);

    public override bool PredictsLabels => true;

    public override bool PredictsEveryStep => true;

    public override IReadOnlyList<string> Losses { get; } = ["ctc"];

    public override IReadOnlyList<MetricColumn> Metrics => TranscriptionScore.Columns;

    public override IReadOnlyList<TaskUse> Uses { get; } = [new("predict", "write down other recordings", "FILE")];

    protected override ObjectFormat<TranscriptionDataSpec> Data => TranscriptionDataSpec.Keys;

    protected override string DataName => "transcriptionData";

    /// <summary>A manifest with transcripts. Recordings with labels in their names suit classification better.</summary>
    public override FileMatch Match(string? path, IReadOnlySet<string> keys)
    {
        if (path is null) return FileMatch.None;
        if (keys.Contains("join")) return FileMatch.Certain;
        if (Directory.Exists(path)) return RecordingFiles.AreIn(path) ? FileMatch.Likely : FileMatch.None;
        try
        {
            if (!File.Exists(path) || Path.GetExtension(path).ToLowerInvariant() is not (".csv" or ".tsv" or ".jsonl" or ".ndjson")) return FileMatch.None;
            ExampleList list = FilePeek.Read(path);
            return RecordingFiles.ColumnOf(list) is not null && list.Names.Any(name => TranscriptFields.Contains(name, StringComparer.OrdinalIgnoreCase))
                ? FileMatch.Certain
                : FileMatch.None;
        }
        catch (InvalidInputException)
        {
            return FileMatch.None; // reading it reports what is wrong
        }
    }

    public override string? FoldChange(DataSpec data, int folds, int fold) => ((TranscriptionDataSpec)data).FoldChange(folds, fold);

    public override DataFileSummary Summarize(string path)
    {
        ExampleList list = RecordingFiles.Read(path, path, null, new ExampleFormat());
        string label = TranscriptionTask.LabelOf(list.Rows[0]);
        return new DataFileSummary($"{path}: {Figures.Plural(list.Rows.Count, "recording")}, with what is said in \"{label}\"", null, ["--task", Name]);
    }

    protected override TranscriptionDataSpec Complete(TranscriptionDataSpec data, string? path, IReadOnlySet<string> given) =>
        data with { Path = data.Train is null ? path : null };

    protected override PreparedTask Prepare(TranscriptionDataSpec data, string baseDirectory, TrainingSpec training) =>
        TranscriptionTask.Load(data, baseDirectory);

    protected override FittedTask Restore(string preparation, TranscriptionDataSpec data, string name) =>
        new FittedTranscriber(FittedTranscripts.Format.Read(SourceParser.Parse(preparation, name)), data);
}
