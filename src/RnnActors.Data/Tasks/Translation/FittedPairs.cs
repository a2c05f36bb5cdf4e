using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Examples;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>Both vocabularies and the cutter, fitted on the training part.</summary>
internal sealed record FittedPairs(TextCutter Cutter, Vocabulary Source, Vocabulary Target)
{
    public const string Begin = "<s>", End = "</s>";

    private static readonly Vocabulary Nothing = Vocabulary.Of([Vocabulary.UnknownEntry, Begin, End]);

    public static Format<FittedPairs> Format { get; } =
        new ObjectFormat<FittedPairs>("what a translator was fitted to", new(TextCutter.Words, Nothing, Nothing))
        .Optional(
            "learnt", "What was learnt to cut sentences: merges, or the files of a tokenizer.", new ListFormat<string>("texts", new TextFormat()),
            p => p.Cutter.Learnt, (p, v) => p with { Learnt = v })
        .Required(
            "unit", "What sentences are cut into.", Names.Of<TextUnit>(), p => p.Unit,
            (p, v) => p with { Cutter = TextCutter.Restore(v, p.Learnt, "what a translator was fitted to") })
        .Required("source", "The source's units by their numbers.", Vocabulary.Format, p => p.Source, (p, v) => p with { Source = v })
        .Required("target", "The target's units by their numbers.", Vocabulary.Format, p => p.Target, (p, v) => p with { Target = v });

    public TextUnit Unit => Cutter.Unit;

    /// <summary>What the cutter has learnt, while this is read from a checkpoint.</summary>
    private IReadOnlyList<string> Learnt { get; init; } = [];

    public int BeginToken => Target.NumberOf(Begin);

    public int EndToken => Target.NumberOf(End);

    public static FittedPairs Fit(TranslationDataSpec spec, IReadOnlyList<Example> training)
    {
        // One cutter for both languages, so that names are split alike. Sennrich et al. 2016.
        IEnumerable<string> texts = training.Select(pair => pair[PairFile.SourceField]).Concat(training.Select(pair => pair[PairFile.TargetField]));
        var cutter = TextCutter.Fit(spec.Unit, texts, spec.Vocabulary, spec.Tokenizer);
        return new FittedPairs(
            cutter,
            Vocabulary.Fit(training.SelectMany(pair => cutter.Cut(pair[PairFile.SourceField])), [Vocabulary.UnknownEntry], spec.MinCount, spec.Vocabulary),
            Vocabulary.Fit(training.SelectMany(pair => cutter.Cut(pair[PairFile.TargetField])), [Vocabulary.UnknownEntry, Begin, End], spec.MinCount,
            spec.Vocabulary));
    }

    /// <summary>The tokens of a source sentence.</summary>
    /// <exception cref="InvalidInputException">It is empty.</exception>
    public int[] EncodeSource(string text, SourceLocation where)
    {
        int[] tokens = [.. Cutter.Cut(text).Select(Source.NumberOf)];
        return tokens.Length > 0 ? tokens : throw new InvalidInputException("the sentence is empty", "Give it a word, or leave it out", where);
    }

    /// <summary>The decoder's inputs for a target, from the begin token on, and its expected outputs: the same one step later, up to the end token.</summary>
    public (int[] Read, int[] Given) EncodeTarget(string text)
    {
        int[] tokens = [.. Cutter.Cut(text).Select(Target.NumberOf)];
        return ([BeginToken, .. tokens], [.. tokens, EndToken]);
    }

    /// <summary>Encodes all pairs for the network.</summary>
    public RaggedDataset Encode(IReadOnlyList<Example> pairs)
    {
        (int[] Read, int[] Given)[] targets = [.. pairs.Select(pair => EncodeTarget(pair[PairFile.TargetField]))];
        return RaggedDataset.CreatePairs(
            [.. pairs.Select(pair => EncodeSource(pair[PairFile.SourceField], pair.Where))], Source.Count,
            [.. targets.Select(target => target.Read)], [.. targets.Select(target => target.Given)], Target.Count);
    }
}
