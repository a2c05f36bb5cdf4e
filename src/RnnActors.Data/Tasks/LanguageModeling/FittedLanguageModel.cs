using RnnActors.Core.Generation;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>The vocabulary of a language model, without its text.</summary>
internal sealed class FittedLanguageModel(TextVocabulary vocabulary, TextDataSpec spec) : FittedTask, IGenerates
{
    public override Shape Input => Shape.Tokens(vocabulary.Count);

    public override int Outputs => vocabulary.Count;

    public override TaskExport Export => new RowsExport(
        [new(InputNames.Default, IsRagged: false) { Entries = vocabulary.Entries }], ExportedAnswer.Probabilities, vocabulary.Entries)
    {
        Metadata = new Dictionary<string, string> { ["unit"] = vocabulary.UnitName, ["vocabulary_json"] = vocabulary.ToJson() },
    };

    public override Score Measure(TrainedNetwork network, string path) =>
        LanguageModelTask.ScoreOf(network, vocabulary, LanguageModelTask.ReadTrained(vocabulary, spec, path, network.Training.Batch), "given", null);

    public override ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request)
    {
        if (request.Data is { } data)
            return new TokenRows(vocabulary, data.Test ?? data.Validation ?? data.Train,
                data.Test is not null ? "test" : data.Validation is not null ? "validation" : "training");
        int[] tokens = vocabulary.EncodeText(request.Text!);
        ExplainedRows.RefuseUnknownText(tokens.Select(token => token != vocabulary.Unknown), request.Text!, vocabulary.UnitName);

        // The token after the text is not known: the last label is a placeholder.
        return new TokenRows(vocabulary, new TokenStreamDataset((int[])[.. tokens, 0], vocabulary.Count, tokens.Length, 1), ExplainedRows.GivenPart);
    }

    /// <summary>After each token, the probability of each next token.</summary>
    public override StepCodec Stepwise(TrainedNetwork network) =>
        new TokenSteps(vocabulary.Entries is { Count: > 0 } entries ? entries : [.. Enumerable.Range(0, vocabulary.Count).Select(token => $"{token}")],
            vocabulary.EncodeText);

    public GeneratedText Generate(TrainedNetwork network, string prompt, SamplingSpec sampling) => new WrittenText(vocabulary, network, prompt, sampling);
}
