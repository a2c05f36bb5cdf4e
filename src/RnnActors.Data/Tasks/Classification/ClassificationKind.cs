using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Examples;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Classification: a label for each example, such as the sentiment of a sentence.</summary>
internal sealed class ClassificationKind : TaskKind<ClassificationDataSpec>
{
    public override string Name => "classify";

    public override string Noun => "a classifier";

    public override string Purpose => "gives each example a label";

    public override string FileNoun => "a file of labelled examples";

    public override string Template => EmbeddedText.Read("classify.jsonc");

    public override IReadOnlyList<DataOption> Options { get; } =
    [
        new("--text", "text", "The column or key of the sentence.", "COLUMN", DataOptionType.Text),
        new("--label", "label", "The column or key of the label.", "COLUMN", DataOptionType.Text),
        new("--id", "id", "For series in a table: the column whose equal values are one series.", "COLUMN", DataOptionType.Text),
        DataOption.Tokenizer,
    ];

    public override Format<ModelSpec> Model { get; } = ModelFormat.For(ModelContext.Classification);

    public override string OutputsName => ModelContext.Classification.OutputsName;

    public override Shape ExampleInput => Shape.Tokens(2);

    public override bool PredictsLabels => true;

    public override bool PredictsEveryStep => false;

    public override IReadOnlyList<string> Losses { get; } = ["crossEntropy"];

    public override IReadOnlyList<MetricColumn> Metrics => ClassificationScore.Columns;

    public override IReadOnlyList<TaskUse> Uses { get; } = [new("predict", "label other examples", "FILE")];

    protected override ObjectFormat<ClassificationDataSpec> Data => ClassificationDataSpec.Keys;

    protected override string DataName => "classificationData";

    public override FileMatch Match(string? path, IReadOnlySet<string> keys)
    {
        if (path is null) return FileMatch.None;
        return keys.Contains("label") || keys.Contains("id") ? FileMatch.Certain : ClassificationSource.Match(path);
    }

    public override string? InsteadOf(string option) => option switch
    {
        "--target" => "--label",
        "--series" => "--id for series in a table",
        "--input" => "--set 'data.values=[\"x\",\"y\"]' for series in a table",
        _ => null,
    };

    public override IReadOnlyList<NamedSignal> ExampleInputsOf(DataSpec data)
    {
        var own = (ClassificationDataSpec)data;
        return own.File is { } path && ClassificationSource.Of(own, path).ReadsValues ? [new(InputNames.Default, new Shape(2))] : ExampleInputs;
    }

    public override string TemplateFor(string? path, IReadOnlyList<string> overrides) =>
        path is null ? Template
        : ClassificationSource.Of(new ClassificationDataSpec
        {
            Path = path,
            Id = overrides.FirstOrDefault(change => change.StartsWith("data.id=", StringComparison.Ordinal)),
        }, path) switch
        {
            SoundSource => EmbeddedText.Read("classify-sound.jsonc"),
            SeriesSource => EmbeddedText.Read("classify-series.jsonc"),
            _ => Template,
        };

    public override string? FoldChange(DataSpec data, int folds, int fold) => ((ClassificationDataSpec)data).FoldChange(folds, fold);

    public override DataFileSummary Summarize(string path)
    {
        var source = ClassificationSource.Of(new ClassificationDataSpec { Path = path }, path);
        ClassificationDataSpec data = source.Complete(new ClassificationDataSpec { Path = path }, path, new HashSet<string>());
        ExampleList list = source.Read(data, path, path);
        var classes = list.Rows.GroupBy(row => row[data.Label!]).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .ToArray();
        return new DataFileSummary(
            $"{path}: {Figures.Plural(list.Rows.Count, "example")} of {Figures.Plural(classes.Length, "class", "classes")} (label: "
            + $"{data.Label}{(data.Text is { } text ? $", text: {text}" : "")})",
            new SummaryTable(["class", "examples"], [.. classes.Take(20).Select(group => (string[])[group.Key, Figures.Count(group.Count())])]), []);
    }

    protected override ClassificationDataSpec Complete(ClassificationDataSpec data, string? path, IReadOnlySet<string> given)
    {
        ClassificationDataSpec named = data with { Path = path };
        ClassificationDataSpec completed = ClassificationSource.Of(named, path!).Complete(named, path!, given);
        return data.Train is null ? completed : completed with { Path = null };
    }

    protected override PreparedTask Prepare(ClassificationDataSpec data, string baseDirectory, TrainingSpec training) =>
        ClassificationTask.Load(data, baseDirectory);

    protected override FittedTask Restore(string preparation, ClassificationDataSpec data, string name) =>
        new FittedClassifier(ClassificationPreparation.Format.Read(SourceParser.Parse(preparation, name)), data);
}
