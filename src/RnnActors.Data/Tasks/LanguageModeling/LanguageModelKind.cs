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

/// <summary>Text: the next character or byte.</summary>
internal sealed class LanguageModelKind : TaskKind<TextDataSpec>
{
    public override string Name => "language-model";

    public override string Noun => "a language model";

    public override string Purpose => "continues texts";

    public override string FileNoun => "a text";

    public override string Template => EmbeddedText.Read("language-model.jsonc");

    public override IReadOnlyList<DataOption> Options { get; } =
        [new("--steps", "steps", "For a text: steps that the gradient reaches back.", "N", DataOptionType.Count)];

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

    /// <summary>Any file may be a text.</summary>
    public override FileMatch Match(string? path, IReadOnlySet<string> keys) => path is null ? FileMatch.None : FileMatch.Possible;

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
        LanguageModelTask task = LanguageModelTask.Load(new TextDataSpec { Path = path, Split = new(1), Steps = 1 }, "", 1);
        return new DataFileSummary($"{path}: a text of {Figures.Count(task.Train.Rows + 1L)} characters, {task.Vocabulary.Count} of them different", null, []);
    }

    protected override TextDataSpec Complete(TextDataSpec data, string? path, IReadOnlySet<string> given) => data with { Path = path! };

    protected override PreparedTask Prepare(TextDataSpec data, string baseDirectory, TrainingSpec training) =>
        LanguageModelTask.Load(data, baseDirectory, training.Batch);

    protected override FittedTask Restore(string preparation, TextDataSpec data, string name) =>
        new FittedLanguageModel(TextVocabulary.FromJson(preparation, name), data);
}
