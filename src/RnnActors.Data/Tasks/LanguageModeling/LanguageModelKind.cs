using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>Language modelling: the next unit of a text.</summary>
internal sealed class LanguageModelKind : TaskKind<TextDataSpec>
{
    public override string Name => "language-model";

    public override string Noun => "a language model";

    public override string Purpose => "continues texts";

    public override string FileNoun => "a text";

    public override string Template => EmbeddedText.Read("language-model.jsonc");

    public override IReadOnlyList<DataOption> Options { get; } =
    [
        new("--steps", "steps", "For a text: steps that the gradient reaches back.", "N", DataOptionType.Count),
        DataOption.Tokenizer,
    ];

    public override IReadOnlyList<DatasetFormat> DatasetFormats { get; } = [new TokenStreamFormat()];

    public override Format<ModelSpec> Model => ModelFormat.LanguageModel;

    public override string OutputsName => ModelContext.LanguageModel.OutputsName;

    public override Shape ExampleInput => Shape.Tokens(2);

    public override bool PredictsLabels => true;

    public override bool PredictsEveryStep => true;

    public override IReadOnlyList<string> Losses { get; } = ["crossEntropy"];

    public override IReadOnlyList<MetricColumn> Metrics => LanguageModelTask.Columns;

    public override IReadOnlyList<TaskUse> Uses { get; } = [new("generate", "let it write")];

    protected override ObjectFormat<TextDataSpec> Data => TextDataFormat.Instance;

    protected override string DataName => "textData";

    /// <summary>Any file may be a text; a folder of texts for training, validation and test is one.</summary>
    public override FileMatch Match(string? path, IReadOnlySet<string> keys) =>
        path is null ? FileMatch.None : TextParts.Find(path) is not null ? FileMatch.Certain : FileMatch.Possible;

    /// <summary>A model of words needs another network than one of characters.</summary>
    public override string TemplateFor(string? path, IReadOnlyList<string> overrides)
    {
        string? unit = overrides.LastOrDefault(change => change.StartsWith("data.unit=", StringComparison.Ordinal))?.Split('=')[1].Trim('"');
        bool isOfWords = unit is null
            ? path is not null && TextParts.IsCut(TextParts.Find(path)?.Train ?? path)
            : unit is "words" or "whitespace" or "bytePairs" or "tokenizer";
        isOfWords |= overrides.Any(change => change.StartsWith("data.tokenizer=", StringComparison.Ordinal));
        return isOfWords ? EmbeddedText.Read("language-model-words.jsonc") : Template;
    }

    public override void CheckLayer(LayerSpec layer, SourceNode place)
    {
        if (layer is not Recurrent { Bidirectional: true }) return;
        throw new InvalidInputException(
            $"{place.Path} is bidirectional: it would read the text that it should predict", "Leave bidirectional out",
            (place["bidirectional"] ?? place).Where);
    }

    public override string InsteadOf(string option) => option == "--window" ? "--steps, or --target if it is a table" : "--target if it is a table";

    public override DataFileSummary Summarize(string path)
    {
        string text = TextParts.Find(path)?.Train ?? path;
        var unit = TextParts.IsCut(text) ? TextUnit.Whitespace : TextUnit.Characters;
        LanguageModelTask task = LanguageModelTask.Load(new TextDataSpec { Path = text, Split = new(1), Steps = 1, Unit = unit }, "", 1);
        return new DataFileSummary($"{text}: a text of {Figures.Count(task.Train.Rows + 1L)} {TextVocabulary.NameOf(unit)}, {task.Vocabulary.Count} of them "
            + $"different", null, []);
    }

    protected override TextDataSpec Complete(TextDataSpec data, string? path, IReadOnlySet<string> given)
    {
        data = data with { Unit = DataOption.UnitOf(data.Unit, given) };
        if (given.Contains("validation") || given.Contains("test") || TextParts.Find(path!) is not { } parts) return data with { Path = path! };
        return data with
        {
            Path = parts.Train,
            Validation = parts.Validation,
            Test = parts.Test,
            Split = given.Contains("split")
            ? data.Split
            : new(1 - (parts.Validation is null ? data.Split.Validation : 0), parts.Validation is null ? data.Split.Validation : 0),
        };
    }

    protected override PreparedTask Prepare(TextDataSpec data, string baseDirectory, TrainingSpec training) =>
        LanguageModelTask.Load(data, baseDirectory, training.Batch);

    protected override FittedTask Restore(string preparation, TextDataSpec data, string name) =>
        new FittedLanguageModel(TextVocabulary.FromJson(preparation, name), data);
}
