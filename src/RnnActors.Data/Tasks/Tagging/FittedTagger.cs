using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Tagging;

/// <summary>The words, characters and tags of a tagger, without its sentences.</summary>
internal sealed class FittedTagger(FittedTags fitted, TaggingDataSpec spec) : FittedTask, IAnswers<TaggingAnswer>
{
    public override Shape Input => Inputs[0].Shape;

    public override IReadOnlyList<NamedSignal> Inputs => fitted.Inputs;

    public override int Outputs => fitted.Tags.Count;

    public override TaskExport Export => new RowsExport(
        [
            new(fitted.Inputs[0].Name, IsRagged: true) { Entries = fitted.Words.Entries },
            new(fitted.Inputs[1].Name, IsRagged: true) { Entries = fitted.Characters.Entries },
        ], ExportedAnswer.Probabilities, fitted.Tags.Entries)
    {
        Metadata = new Dictionary<string, string> { ["lowercase"] = fitted.Lowercase ? "true" : "false", ["word_end"] = FittedTags.BoundaryEntry },
    };

    public override Score Measure(TrainedNetwork network, string path)
    {
        TaggedSentence[] sentences = [.. ConllFile.Read(path, path, spec.Tag, spec.Encoding).Rows.Cast<TaggedSentence>()];
        return TaggingScore.Of(fitted, network, sentences,
            fitted.Encode([.. sentences.Select(sentence => sentence.Words)], [.. sentences.Select(fitted.EncodeTags)]), "given", null);
    }

    public override ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request)
    {
        if (request.Text is not { } text)
        {
            var measured = ((TaggingTask)request.Data!).Measured;
            return new TaggedRows(fitted, [.. measured.Sentences.Select(sentence => sentence.Words)], [.. measured.Sentences.Select(fitted.EncodeTags)],
                measured.Data, measured.Name);
        }

        IReadOnlyList<string> words = Cut(text);
        if (words.Count == 0) throw new InvalidInputException("the sentence is empty", "Give it a word");
        ExplainedRows.RefuseUnknownText(words.Select(fitted.Knows), text, "words");
        int[] none = new int[words.Count];
        return new TaggedRows(fitted, [words], [none], fitted.Encode([words], [none]), ExplainedRows.GivenPart);
    }

    /// <summary>The tags of each sentence.</summary>
    public IReadOnlyList<TaggingAnswer> Answer(TrainedNetwork network, PredictionRequest request)
    {
        (IReadOnlyList<string> Words, SourceLocation Where)[] sentences = request.Texts is { } texts
            ? [.. texts.Select((text, i) => (Words: Cut(text), new SourceLocation("the text", i + 1)))]
            : [.. Sentences(request.FileOf(new TaggingKind())!)];
        foreach (var (words, where) in sentences)
            if (words.Count == 0) throw new InvalidInputException("the sentence is empty", "Give it a word, or leave it out", where);
        RaggedDataset data = fitted.Encode([.. sentences.Select(sentence => sentence.Words)], [.. sentences.Select(sentence => new int[sentence.Words.Count])]);
        (int[][] tags, double[][] probabilities) = TaggingScore.Answer(network, data, fitted.Tags.Count);
        return
        [
            .. sentences.Select((sentence, i) => new TaggingAnswer(
                [.. sentence.Words.Select((word, t) => new TaggedWord(word, fitted.Tags[tags[i][t]], probabilities[i][t]))])),
        ];
    }

    /// <summary>The tags as a table, with a row for each word.</summary>
    public PredictionTable Predict(TrainedNetwork network, PredictionRequest request)
    {
        IReadOnlyList<TaggingAnswer> answers = Answer(network, request);
        TaggedWord[] words = [.. answers.SelectMany(answer => answer.Words)];
        return new PredictionTable(
        [
            new PredictionColumn("sentence", [.. answers.SelectMany((answer, i) => answer.Words.Select(_ => $"{i + 1}"))]),
            new PredictionColumn("word", [.. words.Select(word => word.Word)]),
            new PredictionColumn("tag", [.. words.Select(word => word.Tag)]),
            new PredictionColumn("probability", [.. words.Select(word => word.Probability)]),
        ]);
    }

    public override StepCodec Stepwise(TrainedNetwork network) => new WordSteps(fitted, Cut);

    private static IReadOnlyList<string> Cut(string text) => [.. TextCutter.Words.Cut(text).Select(TextCutter.Words.Show)];

    /// <summary>The sentences of a CoNLL file, or of a text with one sentence a line.</summary>
    private IEnumerable<(IReadOnlyList<string> Words, SourceLocation Where)> Sentences(string path) => TaggingKind.HasColumns(path)
        ? ConllFile.Read(path, path, spec.Tag, spec.Encoding, needsTags: false).Rows.Cast<TaggedSentence>().Select(sentence => (sentence.Words, sentence.Where))
        : ExampleFile.ReadTexts(path, path, spec.Format).Rows.Select(line => (Cut(line.Values[0]), line.Where));
}
