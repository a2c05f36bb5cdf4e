using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Examples;
using RnnActors.Data.Files;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>Translation: a sentence in another language, or in other words.</summary>
internal sealed class TranslationKind : TaskKind<TranslationDataSpec>
{
    /// <summary>The minimum number of pairs at the beginning of a file to recognise it.</summary>
    private const int FewestPairs = 10;

    /// <summary>From this number of pairs on, byte pairs work better than words, most of which are rare.</summary>
    private const int ManyPairs = 20_000;

    private static readonly string[] Extensions = [".txt", ".tsv", ".tab"];

    public override string Name => "translate";

    public override string Noun => "a translator";

    public override string Purpose => "translates sentences";

    public override string FileNoun => "a file of pairs of sentences";

    public override string Template => EmbeddedText.Read("translate.jsonc");

    public override IReadOnlyList<DataOption> Options { get; } =
    [
        new("--target-path", "targetPath", "For a translator: the file with the translation of each line.", "FILE", DataOptionType.Text),
        new("--beam", "beamWidth", "For a translator: the beam width, hypotheses followed at once.", "N", DataOptionType.Count), DataOption.Tokenizer,
    ];

    public override Format<ModelSpec> Model => EncoderDecoderFormat.Instance;

    public override string OutputsName => EncoderDecoderFormat.OutputsName;

    public override Shape ExampleInput => Shape.Tokens(2);

    public override IReadOnlyList<NamedSignal> ExampleInputs { get; } = [new("source", Shape.Tokens(2)), new("target", Shape.Tokens(2))];

    public override bool PredictsLabels => true;

    public override bool PredictsEveryStep => true;

    public override IReadOnlyList<string> Losses { get; } = ["crossEntropy"];

    public override IReadOnlyList<MetricColumn> Metrics => TranslationScore.Columns;

    public override IReadOnlyList<TaskUse> Uses { get; } = [new("predict", "translate other sentences", "FILE")];

    protected override ObjectFormat<TranslationDataSpec> Data => TranslationDataSpec.Keys;

    protected override string DataName => "translationData";

    public override FileMatch Match(string? path, IReadOnlySet<string> keys)
    {
        if (path is null || Directory.Exists(path)) return FileMatch.None;
        if (keys.Contains("targetPath")) return FileMatch.Certain;
        if (!Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)) return FileMatch.None;
        try
        {
            return ArePairs(FilePeek.ReadTabs(path)) ? FileMatch.Certain : FileMatch.None;
        }
        catch (InvalidInputException)
        {
            return FileMatch.None; // reading it reports what is wrong
        }
    }

    public override string? FoldChange(DataSpec data, int folds, int fold) => ((TranslationDataSpec)data).FoldChange(folds, fold);

    public override DataFileSummary Summarize(string path)
    {
        ExampleList list = PairFile.Read(path, path, null, null, new ExampleFormat());
        int sentences = list.Rows.Select(pair => pair[PairFile.SourceField]).Distinct(StringComparer.Ordinal).Count();
        return new DataFileSummary(
            $"{path}: {Figures.Plural(list.Rows.Count, "pair")} of {Figures.Plural(sentences, "sentence")} and their translations",
            new SummaryTable(["source", "target"],
            [.. list.Rows.Take(5).Select(pair => (string[])[pair[PairFile.SourceField], pair[PairFile.TargetField]])])
            { LeftAligned = [1] }, []);
    }

    protected override TranslationDataSpec Complete(TranslationDataSpec data, string? path, IReadOnlySet<string> given)
    {
        data = data with { Path = data.Train is null ? path : null, Unit = DataOption.UnitOf(data.Unit, given) };
        bool isOpen = !given.Contains("unit") && data.Unit != TextUnit.Tokenizer;
        return isOpen && path is not null && HasManyLines(path) ? data with { Unit = TextUnit.BytePairs } : data;
    }

    private static bool HasManyLines(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadLines(path).Skip(ManyPairs - 1).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // reading it reports what is wrong
        }
    }

    protected override PreparedTask Prepare(TranslationDataSpec data, string baseDirectory, TrainingSpec training) => TranslationTask.Load(data, baseDirectory);

    protected override FittedTask Restore(string preparation, TranslationDataSpec data, string name) =>
        new FittedTranslator(FittedPairs.Format.Read(SourceParser.Parse(preparation, name)), data);

    /// <summary>Whether the first two columns are sentences: nearly all with letters, mostly different, and more than a word on average.</summary>
    private static bool ArePairs(ExampleList list)
    {
        if (list.Names.Count is < 2 or > 3 || list.Rows.Count < FewestPairs) return false;
        return Enumerable.Range(0, 2).All(column =>
        {
            string[] values = [.. list.Rows.Select(row => row.Values[column])];
            int texts = values.Count(value => value.Any(char.IsLetter));
            return texts * 10 >= values.Length * 9 && values.Distinct(StringComparer.Ordinal).Count() * 4 >= values.Length
                && values.Average(value => value.Split(' ').Length) >= 1.5;
        });
    }
}
