using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>The vocabularies of a translator, without its pairs.</summary>
internal sealed class FittedTranslator(FittedPairs pairs, TranslationDataSpec spec) : FittedTask, IAnswers<TranslationAnswer>
{
    public override Shape Input => Shape.Tokens(pairs.Source.Count);

    public override IReadOnlyList<NamedSignal> Inputs => [new("source", Input), new("target", Shape.Tokens(pairs.Target.Count))];

    public override int Outputs => pairs.Target.Count;

    public override TaskExport Export => new PairsExport(pairs.Source.Entries, pairs.Target.Entries, pairs.BeginToken, pairs.EndToken)
    {
        Metadata = new Dictionary<string, string> { ["unit"] = pairs.Cutter.Name },
    };

    public override Score Measure(TrainedNetwork network, string path)
    {
        ExampleList list = PairFile.Read(path, path, null, null, spec.Format);
        return TranslationScore.Of(pairs, spec, network, list.Rows, pairs.Encode(list.Rows), "given", null);
    }

    public override ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request)
    {
        if (request.Text is not { } text) return new PairRows(pairs, spec, ((TranslationTask)request.Data!).Measured);
        int[] tokens = pairs.EncodeSource(text, new SourceLocation("the text"));
        ExplainedRows.RefuseUnknownText(tokens.Select(token => token != pairs.Source.Unknown), text, pairs.Cutter.Name);
        Example pair = new([PairFile.SourceField, PairFile.TargetField], [text, ""], new SourceLocation("the text"));
        return new PairRows(pairs, spec, ([pair], pairs.Encode([pair]), ExplainedRows.GivenPart));
    }

    /// <summary>The translation of each sentence.</summary>
    public IReadOnlyList<TranslationAnswer> Answer(TrainedNetwork network, PredictionRequest request)
    {
        (string Text, SourceLocation Where)[] sentences = request.Texts is { } texts
            ? [.. texts.Select((text, i) => (text, new SourceLocation("the text", i + 1)))]
            : [.. Sources(request.FileOf(new TranslationKind())!)];
        Translated[] translated = new Translator(pairs, spec, network).Translate(sentences);
        return [.. sentences.Zip(translated, (sentence, one) => new TranslationAnswer(sentence.Text, one.Text, one.LogProbability))];
    }

    /// <summary>The translations as a table, with a row for each sentence.</summary>
    public PredictionTable Predict(TrainedNetwork network, PredictionRequest request)
    {
        IReadOnlyList<TranslationAnswer> answers = Answer(network, request);
        return new PredictionTable(
        [
            new PredictionColumn("source", [.. answers.Select(answer => answer.Source)]),
            new PredictionColumn("translation", [.. answers.Select(answer => answer.Text)]),
            new PredictionColumn("log_probability", [.. answers.Select(answer => answer.LogProbability)]),
        ]);
    }

    /// <summary>The sentences of a file of pairs, or of one with a sentence a line.</summary>
    private IEnumerable<(string Text, SourceLocation Where)> Sources(string path)
    {
        ExampleList list = ExampleFile.Read(path, path, spec.Format with { UsedNames = [PairFile.SourceField] });
        string field = list.Names.Contains(PairFile.SourceField) ? PairFile.SourceField : list.Names[0];
        return list.Rows.Select(row => (row[field], row.Where));
    }
}
