using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using RnnActors.Core.Metrics;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Splits;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>A text that has been read, divided and turned into tokens: predict the next one at every step.</summary>
public sealed class LanguageModelTask : PreparedTask
{
    private readonly TokenStreamDataset _train;

    internal static IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(MetricNames.Loss, "loss"),
        new(MetricNames.Perplexity, "perplexity"),
        new(MetricNames.Accuracy, "accuracy", IsHigherBetter: true),
        new(MetricNames.BitsPerCharacter, "bits/character"),
    ];

    private LanguageModelTask(TextVocabulary vocabulary, TokenStreamDataset train, TokenStreamDataset? validation, TokenStreamDataset? test, string dataHash)
    {
        Vocabulary = vocabulary;
        _train = train;
        (Validation, Test, DataHash) = (validation, test, dataHash);
    }

    public override SequenceDataset Train => _train;

    public override SequenceDataset? Validation { get; }

    public override SequenceDataset? Test { get; }

    public override string DataHash { get; }

    public override string Preparation => Vocabulary.ToJson();

    public TextVocabulary Vocabulary { get; }

    /// <summary>Tokens at the end of the training text that fill no chunk of every stream.</summary>
    public int LeftOut => _train.LeftOut;

    /// <param name="baseDirectory">Where a relative path starts.</param>
    /// <param name="streams">Streams that the training text is cut into: the batch size.</param>
    /// <exception cref="InvalidInputException">The text cannot be read, or there is too little of it.</exception>
    public static LanguageModelTask Load(TextDataSpec spec, string baseDirectory, int streams)
    {
        string path = Path.GetFullPath(spec.Path, Path.GetFullPath(baseDirectory.Length == 0 ? "." : baseDirectory));
        return FromText(TextFiles.Read(path, spec.Path, spec.Encoding), spec, streams);
    }

    /// <summary>The same of a text in memory.</summary>
    public static LanguageModelTask FromText(string text, TextDataSpec spec, int streams)
    {
        (TextVocabulary vocabulary, int[] tokens, RowSplit split) =
            spec.Unit == TextUnit.Bytes ? OfBytes(text, spec) : OfCharacters(text, spec);
        return new LanguageModelTask(
            vocabulary,
            TrainingPart(tokens, split.Train, spec, vocabulary.Count, streams),
            Part(tokens, split.Validation, "validation", spec, vocabulary.Count, streams),
            Part(tokens, split.Test, "test", spec, vocabulary.Count, streams),
            Hash(vocabulary, tokens, split));
    }

    /// <summary>
    /// Another text for a trained network: all of it, in at most <paramref name="streams"/> streams, with the vocabulary that it was trained with.
    /// </summary>
    /// <exception cref="InvalidInputException">The text cannot be read, is too short, or has a character that the vocabulary has not.</exception>
    internal static SequenceDataset ReadTrained(TextVocabulary vocabulary, TextDataSpec spec, string path, int streams)
    {
        string text = TextFiles.Read(path, path, spec.Encoding);
        int[] tokens = vocabulary.Unknown is null ? vocabulary.Encode(text) : [.. text.EnumerateRunes().Select(vocabulary.TokenOf)];
        return Part(tokens, new RowRange(0, tokens.Length), "given", spec with { Path = path }, vocabulary.Count, streams)!;
    }

    public override string Describe(string? path) =>
        $"{path}: {Figures.Count(Units(Train))} {Vocabulary.UnitName} to train on"
        + $"{Figures.Part(Validation is { } validation ? Units(validation) : null, "to validate")}"
        + $"{Figures.Part(Test is { } test ? Units(test) : null, "to test")}; {Vocabulary.Count} different ones";

    internal static Score ScoreOf(TrainedNetwork network, SequenceDataset part, string name) => new(
        $"{Figures.Count(Units(part))} steps of the {name} text", network.Name, LabelMetrics.Compute(network.Loss(part), areCharacters: true), Columns);

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) => ScoreOf(network, part, name);

    private static long Units(SequenceDataset part) => (long)part.Rows * part.Steps;

    private static (TextVocabulary Vocabulary, int[] Tokens, RowSplit Split) OfBytes(string text, TextDataSpec spec)
    {
        int[] tokens = TextVocabulary.Bytes.Encode(text);
        return (TextVocabulary.Bytes, tokens, RowSplit.Resolve(spec.Split, tokens.Length, "bytes"));
    }

    private static (TextVocabulary Vocabulary, int[] Tokens, RowSplit Split) OfCharacters(string text, TextDataSpec spec)
    {
        Rune[] characters = [.. text.EnumerateRunes()];
        RowSplit split = RowSplit.Resolve(spec.Split, characters.Length, "characters");
        HashSet<Rune> trained = [.. characters[split.Train.Start..split.Train.End]];
        bool hasUnknown = characters.AsSpan(split.Train.End, split.Test.End - split.Train.End).ToArray().Any(character => !trained.Contains(character));
        TextVocabulary vocabulary = TextVocabulary.Characters(trained, hasUnknown);
        return (vocabulary, [.. characters.Take(split.Test.End).Select(vocabulary.TokenOf)], split);
    }

    private static TokenStreamDataset TrainingPart(int[] tokens, RowRange range, TextDataSpec spec, int vocabulary, int streams)
    {
        long needed = ((long)streams * spec.Steps) + 1;
        if (range.Count < needed)
        {
            throw TooLittle(
                range.Count, "training", spec, $"{Figures.Count(needed)} are needed: {streams} streams of {spec.Steps} steps, and one more",
                $"Give more text, or make training.batch or data.steps smaller");
        }

        return new TokenStreamDataset(tokens.AsMemory(range.Start, range.Count), vocabulary, spec.Steps, streams);
    }

    /// <summary>Validation and test use as much of their text as they can: fewer streams where that leaves out less.</summary>
    private static TokenStreamDataset? Part(int[] tokens, RowRange range, string name, TextDataSpec spec, int vocabulary, int streams)
    {
        if (range.IsEmpty) return null;
        int fitting = TokenStreamDataset.StreamsFor(TokenStreamDataset.ChunksIn(range.Count, spec.Steps), streams);
        return fitting > 0
            ? new TokenStreamDataset(tokens.AsMemory(range.Start, range.Count), vocabulary, spec.Steps, fitting)
            : throw TooLittle(
                range.Count, name, spec, $"{Figures.Count(spec.Steps + 1L)} are needed: {spec.Steps} steps, and one more",
                $"Give data.split.{name} more, leave it out, or make data.steps smaller");
    }

    private static InvalidInputException TooLittle(int count, string part, TextDataSpec spec, string needed, string remedy) =>
        new($"the {part} text has {Figures.Count(count)} {TextVocabulary.NameOf(spec.Unit)}, but {needed}", remedy, new SourceLocation(spec.Path));

    /// <summary>XxHash128 of the vocabulary, then each part's length and tokens as little-endian 32-bit integers.</summary>
    private static string Hash(TextVocabulary vocabulary, int[] tokens, RowSplit split)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes(vocabulary.ToJson()));
        foreach (RowRange part in new[] { split.Train, split.Validation, split.Test })
        {
            hash.Append(BitConverter.GetBytes(part.Count));
            hash.Append(MemoryMarshal.AsBytes(tokens.AsSpan(part.Start, part.Count)));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
