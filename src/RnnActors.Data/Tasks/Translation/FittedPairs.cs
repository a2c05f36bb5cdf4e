using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Examples;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>Both vocabularies, fitted on the training part, and how sentences are cut.</summary>
internal sealed record FittedPairs(TextUnit Unit, Vocabulary Source, Vocabulary Target)
{
    public const string Begin = "<s>", End = "</s>";

    private static readonly Vocabulary Nothing = Vocabulary.Of([Vocabulary.UnknownEntry, Begin, End]);

    public static Format<FittedPairs> Format { get; } = new ObjectFormat<FittedPairs>("what a translator was fitted to", new(TextUnit.Words, Nothing, Nothing))
        .Required("unit", "What sentences are cut into.", Names.Of<TextUnit>(), p => p.Unit, (p, v) => p with { Unit = v })
        .Required("source", "The source's units by their numbers.", Vocabulary.Format, p => p.Source, (p, v) => p with { Source = v })
        .Required("target", "The target's units by their numbers.", Vocabulary.Format, p => p.Target, (p, v) => p with { Target = v });

    public TextCutter Cutter => TextCutter.Of(Unit);

    public int BeginToken => Target.NumberOf(Begin);

    public int EndToken => Target.NumberOf(End);

    public static FittedPairs Fit(TranslationDataSpec spec, IReadOnlyList<Example> training)
    {
        var cutter = TextCutter.Of(spec.Unit);
        return new FittedPairs(
            spec.Unit,
            Vocabulary.Fit(training.SelectMany(pair => cutter.Cut(pair[PairFile.SourceField])), [Vocabulary.UnknownEntry], spec.MinCount, spec.Vocabulary),
            Vocabulary.Fit(training.SelectMany(pair => cutter.Cut(pair[PairFile.TargetField])), [Vocabulary.UnknownEntry, Begin, End], spec.MinCount,
            spec.Vocabulary));
    }

    /// <summary>The tokens of a source.</summary>
    /// <exception cref="InvalidInputException">It is empty.</exception>
    public int[] EncodeSource(string text, SourceLocation where)
    {
        int[] tokens = [.. Cutter.Cut(text).Select(Source.NumberOf)];
        return tokens.Length > 0 ? tokens : throw new InvalidInputException("the sentence is empty", "Give it a word, or leave it out", where);
    }

    /// <summary>What the decoder reads of a target, from the token that begins it, and what it is
    /// to give: the same a step later, with the token that ends it.</summary>
    public (int[] Read, int[] Given) EncodeTarget(string text)
    {
        int[] tokens = [.. Cutter.Cut(text).Select(Target.NumberOf)];
        return ([BeginToken, .. tokens], [.. tokens, EndToken]);
    }

    /// <summary>All pairs, as a network reads them.</summary>
    public RaggedDataset Encode(IReadOnlyList<Example> pairs)
    {
        (int[] Read, int[] Given)[] targets = [.. pairs.Select(pair => EncodeTarget(pair[PairFile.TargetField]))];
        return RaggedDataset.CreatePairs(
            [.. pairs.Select(pair => EncodeSource(pair[PairFile.SourceField], pair.Where))], Source.Count,
            [.. targets.Select(target => target.Read)], [.. targets.Select(target => target.Given)], Target.Count);
    }
}
