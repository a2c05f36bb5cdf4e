using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Splits;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Text;

/// <summary>A text that has been read, divided and turned into tokens: predict the next one at every step.</summary>
public sealed class TextTask : PreparedTask
{
    private readonly TokenStreamDataset _train;

    private TextTask(TextVocabulary vocabulary, TokenStreamDataset train, TokenStreamDataset? validation, TokenStreamDataset? test, string dataHash)
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
    public static TextTask Load(TextDataSpec spec, string baseDirectory, int streams)
    {
        string path = Path.GetFullPath(spec.Path, Path.GetFullPath(baseDirectory.Length == 0 ? "." : baseDirectory));
        return FromText(TextFiles.Read(path, spec.Path, spec.Encoding), spec, streams);
    }

    /// <summary>The same of a text in memory.</summary>
    public static TextTask FromText(string text, TextDataSpec spec, int streams)
    {
        (TextVocabulary vocabulary, int[] tokens, RowSplit split) =
            spec.Unit == TextUnit.Bytes ? OfBytes(text, spec) : OfCharacters(text, spec);
        return new TextTask(
            vocabulary,
            TrainingPart(tokens, split.Train, spec, vocabulary.Count, streams),
            Part(tokens, split.Validation, "validation", spec, vocabulary.Count, streams),
            Part(tokens, split.Test, "test", spec, vocabulary.Count, streams),
            Hash(vocabulary, tokens, split));
    }

    /// <summary>Another text for a trained network: all of it, in at most <paramref name="streams"/> streams, with the vocabulary that it was trained with.</summary>
    /// <param name="preparation"><see cref="PreparedTask.Preparation"/> of the task that the network was trained with.</param>
    /// <exception cref="InvalidInputException">The text cannot be read, is too short, or has a character that the vocabulary has not.</exception>
    public static SequenceDataset ReadTrained(string preparation, TextDataSpec spec, string path, int streams)
    {
        TextVocabulary vocabulary = TextVocabulary.FromJson(preparation, path);
        string text = TextFiles.Read(path, path, spec.Encoding);
        int[] tokens = vocabulary.Unknown is null ? vocabulary.Encode(text) : [.. text.EnumerateRunes().Select(vocabulary.TokenOf)];
        return Part(tokens, new RowRange(0, tokens.Length), "given", spec with { Path = path }, vocabulary.Count, streams)!;
    }

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
                range.Count, "training", spec, $"{Number(needed)} are needed: {streams} streams of {spec.Steps} steps, and one more",
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
                range.Count, name, spec, $"{Number(spec.Steps + 1L)} are needed: {spec.Steps} steps, and one more",
                $"Give data.split.{name} more, leave it out, or make data.steps smaller");
    }

    private static InvalidInputException TooLittle(int count, string part, TextDataSpec spec, string needed, string remedy) =>
        new($"the {part} text has {Number(count)} {(spec.Unit == TextUnit.Bytes ? "bytes" : "characters")}, but {needed}", remedy, new SourceLocation(spec.Path));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

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
