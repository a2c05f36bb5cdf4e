using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using RnnActors.Core.Metrics;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Splits;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>A text that has been read, split and tokenised: the next token is predicted at every step.</summary>
public sealed class LanguageModelTask : PreparedTask
{
    /// <summary>The default vocabulary size of subword units.</summary>
    private const int DefaultParts = 4000;

    private readonly TokenStreamDataset _train;

    internal static IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(MetricNames.Loss, "loss"),
        new(MetricNames.Perplexity, "perplexity"),
        new(MetricNames.WordPerplexity, "by word"),
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

    /// <summary>Tokens at the end of the training text that do not fill a chunk of every stream.</summary>
    public int LeftOut => _train.LeftOut;

    /// <param name="baseDirectory">The folder to which a relative path refers.</param>
    /// <param name="streams">The number of streams that the training text is cut into: the batch size.</param>
    /// <exception cref="InvalidInputException">The text cannot be read, or there is too little of it.</exception>
    public static LanguageModelTask Load(TextDataSpec spec, string baseDirectory, int streams)
    {
        string Read(string path) => TextFiles.Read(DataSpec.FullPath(path, baseDirectory), path, spec.Encoding);
        if (spec.Tokenizer is { } tokenizer) spec = spec with { Tokenizer = DataSpec.FullPath(tokenizer, baseDirectory) };
        return FromText(Read(spec.Path), spec, streams, spec.Validation is { } validation ? Read(validation) : null, spec.Test is { } test ? Read(test) : null);
    }

    /// <summary>Prepares texts in memory in the same way.</summary>
    /// <param name="validation">A separate text to validate on; null for a part of <paramref name="text"/>.</param>
    /// <param name="test">A separate text to test on; null for a part of <paramref name="text"/>.</param>
    public static LanguageModelTask FromText(string text, TextDataSpec spec, int streams, string? validation = null, string? test = null)
    {
        var tokenizer = TokenizerFile.Of(spec.Unit, spec.Tokenizer);
        (TextVocabulary vocabulary, int[][] parts) = spec.Unit switch
        {
            TextUnit.Bytes => OfBytes(text, spec),
            TextUnit.Characters => OfCharacters(text, spec, validation + test),
            TextUnit.BytePairs => OfBytePairs(text, spec),
            TextUnit.Tokenizer => OfTokenizer(text, tokenizer!, spec),
            _ => OfWords(text, spec),
        };
        if (validation is not null) parts[1] = EncodeText(vocabulary, validation, spec.Validation);
        if (test is not null) parts[2] = EncodeText(vocabulary, test, spec.Test);
        return new LanguageModelTask(
            vocabulary,
            TrainingPart(parts[0], spec, vocabulary.Count, streams),
            Part(parts[1], "validation", spec, vocabulary.Count, streams),
            Part(parts[2], "test", spec, vocabulary.Count, streams),
            Hash(vocabulary, parts));
    }

    /// <summary>Another text for a trained network: all of it, in at most <paramref name="streams"/> streams, with the network's vocabulary.</summary>
    /// <exception cref="InvalidInputException">The text cannot be read, is too short, or has a character that is not in the vocabulary.</exception>
    internal static SequenceDataset ReadTrained(TextVocabulary vocabulary, TextDataSpec spec, string path, int streams)
    {
        int[] tokens = EncodeText(vocabulary, TextFiles.Read(path, path, spec.Encoding), path);
        return Part(tokens, "given", spec with { Path = path }, vocabulary.Count, streams)!;
    }

    public override string Describe(string? path) =>
        $"{path}: {Figures.Count(Units(Train))} {Vocabulary.UnitName} to train on"
        + $"{Figures.Part(Validation is { } validation ? Units(validation) : null, "to validate")}"
        + $"{Figures.Part(Test is { } test ? Units(test) : null, "to test")}; {Vocabulary.Count} different ones";

    /// <param name="training">The text in which bigrams are counted; null if it is not available, so that there is no baseline.</param>
    internal static Score ScoreOf(TrainedNetwork network, TextVocabulary vocabulary, SequenceDataset part, string name, ReadOnlyMemory<int>? training)
    {
        return new Score($"{Figures.Count(Units(part))} {vocabulary.UnitName} of the {name} text", network.Name, Metrics(vocabulary, part, network.Loss(part)),
            Columns)
        {
            Baselines = training is { } text
                ? [new NamedMetrics("bigram", "bigram (interpolated Kneser-Ney)",
                    Metrics(vocabulary, part, new BigramModel(text.Span, vocabulary.Count).Loss(part)))]
                : [],
            DecidingMetric = MetricNames.Loss,
            Advice = "Try more epochs, a lower learning rate, or dropout.",
            Samples = () => WrittenSamples.Of(vocabulary, network),
        };
    }

    /// <summary>
    /// Metrics for each token. If tokens are subwords, also the perplexity for each word, which does not depend on the tokens: e to the total nats over the
    /// number of words and line ends.
    /// </summary>
    private static MetricList Metrics(TextVocabulary vocabulary, SequenceDataset part, LossSum loss)
    {
        MetricList metrics = LabelMetrics.Compute(loss, vocabulary.Unit is TextUnit.Characters or TextUnit.Bytes);
        if (vocabulary.Unit is not (TextUnit.BytePairs or TextUnit.Tokenizer)) return metrics;
        long words = 0;
        var batch = part.CreateBatch(1);
        for (int row = 0; row < part.Rows; row++)
        {
            part.Read([row], batch);
            words += vocabulary.WordsIn(batch.Labels);
        }

        return metrics.With(MetricNames.WordPerplexity, LabelMetrics.Perplexity(loss.Sum / Math.Max(1, words)));
    }

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) => ScoreOf(network, Vocabulary, part, name, _train.Tokens);

    private static long Units(SequenceDataset part) => (long)part.Rows * part.Steps;

    private static (TextVocabulary Vocabulary, int[][] Parts) OfBytes(string text, TextDataSpec spec)
    {
        int[] tokens = TextVocabulary.Bytes.Encode(text);
        return (TextVocabulary.Bytes, Cut(tokens, RowSplit.Resolve(spec.Split, tokens.Length, "bytes")));
    }

    /// <param name="others">Separate texts for other parts.</param>
    private static (TextVocabulary Vocabulary, int[][] Parts) OfCharacters(string text, TextDataSpec spec, string others)
    {
        Rune[] characters = [.. text.EnumerateRunes()];
        RowSplit split = RowSplit.Resolve(spec.Split, characters.Length, "characters");
        HashSet<Rune> trained = [.. characters[split.Train.Start..split.Train.End]];
        bool hasUnknown = characters.AsSpan(split.Train.End, split.Test.End - split.Train.End).ToArray().Concat(others.EnumerateRunes())
            .Any(character => !trained.Contains(character));
        var vocabulary = new CharacterVocabulary([.. trained.Order()], hasUnknown);
        return (vocabulary, Cut([.. characters.Take(split.Test.End).Select(vocabulary.TokenOf)], split));
    }

    private static (TextVocabulary Vocabulary, int[][] Parts) OfWords(string text, TextDataSpec spec)
    {
        List<string> words = WordVocabulary.Cut(spec.Unit, text);
        RowSplit split = RowSplit.Resolve(spec.Split, words.Count, "words");
        WordVocabulary vocabulary = WordVocabulary.Fit(spec.Unit, words[split.Train.Start..split.Train.End], spec.MinCount, spec.Vocabulary);
        return (vocabulary, Cut([.. words.Take(split.Test.End).Select(vocabulary.TokenOf)], split));
    }

    private static (TextVocabulary Vocabulary, int[][] Parts) OfBytePairs(string text, TextDataSpec spec)
    {
        List<string> words = BytePairVocabulary.Words(text);
        RowSplit split = RowSplit.Resolve(spec.Split, words.Count, "words");
        BytePairVocabulary vocabulary = BytePairVocabulary.Fit(words[split.Train.Start..split.Train.End], spec.Vocabulary ?? DefaultParts);
        return (vocabulary, [.. new[] { split.Train, split.Validation, split.Test }.Select(part =>
            vocabulary.TokensOf(words[part.Start..part.End]).ToArray())]);
    }

    private static (TextVocabulary Vocabulary, int[][] Parts) OfTokenizer(string text, TokenizerFile tokenizer, TextDataSpec spec)
    {
        var vocabulary = new TokenizerVocabulary(tokenizer, spec.Tokenizer!);
        int[] tokens = vocabulary.EncodeText(text);
        return (vocabulary, Cut(tokens, RowSplit.Resolve(spec.Split, tokens.Length, "tokens")));
    }

    private static int[][] Cut(int[] tokens, RowSplit split) =>
        [.. new[] { split.Train, split.Validation, split.Test }.Select(part => tokens[part.Start..part.End])];

    private static int[] EncodeText(TextVocabulary vocabulary, string text, string? path)
    {
        try
        {
            return vocabulary.EncodeText(text);
        }
        catch (InvalidInputException problem) when (path is not null)
        {
            throw new InvalidInputException(problem.Problem, problem.Remedy, new SourceLocation(path), problem);
        }
    }

    private static TokenStreamDataset TrainingPart(int[] tokens, TextDataSpec spec, int vocabulary, int streams)
    {
        long needed = ((long)streams * spec.Steps) + 1;
        if (tokens.Length < needed)
        {
            throw TooLittle(
                tokens.Length, "training", spec, $"{Figures.Count(needed)} are needed: {streams} streams of {spec.Steps} steps, and one more",
                $"Give more text, or make training.batch or data.steps smaller");
        }

        return new TokenStreamDataset(tokens, vocabulary, spec.Steps, streams);
    }

    /// <summary>Validation and test use as much of their text as possible: with fewer streams, less is left over.</summary>
    private static TokenStreamDataset? Part(int[] tokens, string name, TextDataSpec spec, int vocabulary, int streams)
    {
        if (tokens.Length == 0) return null;
        int fitting = TokenStreamDataset.StreamsFor(TokenStreamDataset.ChunksIn(tokens.Length, spec.Steps), streams);
        return fitting > 0
            ? new TokenStreamDataset(tokens, vocabulary, spec.Steps, fitting)
            : throw TooLittle(
                tokens.Length, name, spec, $"{Figures.Count(spec.Steps + 1L)} are needed: {spec.Steps} steps, and one more",
                $"Give data.split.{name} more, leave it out, or make data.steps smaller");
    }

    private static InvalidInputException TooLittle(int count, string part, TextDataSpec spec, string needed, string remedy) =>
        new($"the {part} text has {Figures.Count(count)} {TextVocabulary.NameOf(spec.Unit)}, but {needed}", remedy, new SourceLocation(spec.Path));

    /// <summary>XxHash128 of the vocabulary, then each part's length and tokens as little-endian 32-bit integers.</summary>
    private static string Hash(TextVocabulary vocabulary, int[][] parts)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes(vocabulary.ToJson()));
        foreach (int[] part in parts)
        {
            hash.Append(BitConverter.GetBytes(part.Length));
            hash.Append(MemoryMarshal.AsBytes(part.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
