using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Examples;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Tagging;

/// <summary>Tagging: a tag for each word, such as its part of speech.</summary>
internal sealed class TaggingKind : TaskKind<TaggingDataSpec>
{
    private static readonly ModelContext Context = new("tags", true) { LayerName = "tagLayer" };

    private static readonly string[] Extensions = [".conllu", ".conll", ".iob", ".bio"], TextExtensions = [".txt", ".train", ".testa", ".testb", ""];

    public override string Name => "tag";

    public override string Noun => "a tagger";

    public override string Purpose => "gives each word a tag";

    public override string FileNoun => "a file of tagged words";

    public override string Template => EmbeddedText.Read("tag.jsonc");

    public override IReadOnlyList<DataOption> Options { get; } =
        [new("--tag", "tag", "For tagged words: the column of the tags, such as upos, or its number from 1.", "COLUMN", DataOptionType.Text)];

    public override Format<ModelSpec> Model { get; } = ModelFormat.For(Context);

    public override string OutputsName => Context.OutputsName;

    public override Shape ExampleInput => Shape.Tokens(2);

    public override IReadOnlyList<NamedSignal> ExampleInputs { get; } = [new("words", Shape.Tokens(2)), new("characters", Shape.Tokens(2))];

    public override bool PredictsLabels => true;

    public override bool PredictsEveryStep => true;

    public override IReadOnlyList<string> Losses { get; } = ["crossEntropy"];

    public override IReadOnlyList<MetricColumn> Metrics => TaggingScore.Columns;

    public override IReadOnlyList<TaskUse> Uses { get; } = [new("predict", "tag other sentences", "FILE")];

    protected override ObjectFormat<TaggingDataSpec> Data => TaggingDataSpec.Keys;

    protected override string DataName => "taggingData";

    /// <summary>
    /// Whether a file has one word a line, by its name or, for a text such as <c>train.txt</c> or <c>eng.testa</c> of the CoNLL tasks, by its content.
    /// </summary>
    public static bool HasColumns(string path) => IsConll(path)
        || (TextExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && File.Exists(path)
            && ConllFile.LooksLikeColumns(FilePeek.Beginning(path)));

    public override FileMatch Match(string? path, IReadOnlySet<string> keys) =>
        path is null ? FileMatch.None
        : keys.Contains("tag") || IsConll(path) ? FileMatch.Certain
        : HasColumns(path) ? FileMatch.Likely : FileMatch.None;

    private static bool IsConll(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    public override string? FoldChange(DataSpec data, int folds, int fold) => ((TaggingDataSpec)data).FoldChange(folds, fold);

    public override DataFileSummary Summarize(string path)
    {
        ExampleList list = ConllFile.Read(path, path, null, null);
        var tags = list.Rows.Cast<TaggedSentence>().SelectMany(sentence => sentence.Tags).GroupBy(tag => tag).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal);
        return new DataFileSummary(
            $"{path}: {Figures.Plural(list.Rows.Count, "sentence")} with a tag a word",
            new SummaryTable(["tag", "words"], [.. tags.Take(20).Select(group => (string[])[group.Key, Figures.Count(group.Count())])]), []);
    }

    protected override TaggingDataSpec Complete(TaggingDataSpec data, string? path, IReadOnlySet<string> given) =>
        data with { Path = data.Train is null ? path : null };

    protected override PreparedTask Prepare(TaggingDataSpec data, string baseDirectory, TrainingSpec training) => TaggingTask.Load(data, baseDirectory);

    protected override FittedTask Restore(string preparation, TaggingDataSpec data, string name) =>
        new FittedTagger(FittedTags.Format.Read(SourceParser.Parse(preparation, name)), data);
}
