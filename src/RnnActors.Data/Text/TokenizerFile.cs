using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>The algorithm of a pretrained tokenizer.</summary>
internal enum TokenizerKind
{
    /// <summary>Byte-level byte-pair encoding, as GPT-2's and RoBERTa's: <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    ByteLevel,

    /// <summary>SentencePiece: a <c>.model</c> file.</summary>
    SentencePiece,

    /// <summary>WordPiece, as BERT's: <c>vocab.txt</c>. It has lower case only, and no line ends.</summary>
    WordPiece,
}

/// <summary>A pretrained tokenizer, as its files.</summary>
/// <param name="Files">Their bytes: vocabulary and merges, the model, or the vocabulary.</param>
internal sealed partial record TokenizerFile(TokenizerKind Kind, IReadOnlyList<byte[]> Files)
{
    private const string Merges = "merges.txt";

    /// <summary>The maximum size; larger files are not tokenizers.</summary>
    private const long MaxBytes = 64 << 20;

    /// <summary>The tokenizer of a unit; null if the unit needs none.</summary>
    /// <param name="path">As the user wrote it; null for none.</param>
    /// <exception cref="InvalidInputException">Unit and path contradict each other, or the tokenizer cannot be read.</exception>
    public static TokenizerFile? Of(TextUnit unit, string? path)
    {
        if (unit == TextUnit.Tokenizer)
        {
            return Read(path ?? throw new InvalidInputException(
                "data.unit is tokenizer, and data.tokenizer names none", "Give its file: vocab.json, vocab.txt or a .model"));
        }

        return path is null ? null : throw new InvalidInputException(
            "data.tokenizer names a tokenizer, and data.unit is another", "Set data.unit=tokenizer, or leave the tokenizer out");
    }

    /// <param name="path">The file, or a folder that contains it.</param>
    /// <exception cref="InvalidInputException">It does not exist, or cannot be read as a tokenizer.</exception>
    public static TokenizerFile Read(string path)
    {
        if (Directory.Exists(path))
        {
            path = Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)
                .FirstOrDefault(file => Path.GetFileName(file) is "vocab.json" or "vocab.txt" || file.EndsWith(".model", StringComparison.Ordinal))
                ?? throw Refuse(path, "the folder has no vocab.json, vocab.txt or .model file");
        }

        string name = Path.GetFileName(path);
        if (name.EndsWith(".model", StringComparison.Ordinal)) return new(TokenizerKind.SentencePiece, [Bytes(path)]);
        if (name.EndsWith(".txt", StringComparison.Ordinal) && name != Merges) return new(TokenizerKind.WordPiece, [Bytes(path)]);
        if (name == "tokenizer.json") throw Refuse(path, "tokenizer.json is not read");
        if (!name.EndsWith(".json", StringComparison.Ordinal)) throw Refuse(path, "this is not a tokenizer's file");
        return new(TokenizerKind.ByteLevel, [Bytes(path), Bytes(Path.Combine(Path.GetDirectoryName(path) ?? "", Merges))]);
    }

    /// <param name="stored">From <see cref="ToStored"/>.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InvalidInputException">The data are damaged.</exception>
    public static TokenizerFile Restore(IReadOnlyList<string> stored, string name)
    {
        try
        {
            if (stored.Count > 1 && Enum.TryParse(stored[0], out TokenizerKind kind))
                return new(kind, [.. stored.Skip(1).Select(Convert.FromBase64String)]);
        }
        catch (FormatException)
        {
            // not Base64: as below
        }

        throw new InvalidInputException("the vocabulary is that of no tokenizer", "Use the checkpoint as it was written", new SourceLocation(name));
    }

    /// <summary>The kind, and the files in Base64.</summary>
    public string[] ToStored() => [Kind.ToString(), .. Files.Select(Convert.ToBase64String)];

    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InvalidInputException">The files are damaged.</exception>
    public Tokenizer Create(string name)
    {
        try
        {
            using var first = new MemoryStream(Files[0]);
            return Kind switch
            {
                TokenizerKind.SentencePiece => SentencePieceTokenizer.Create(first, addBeginningOfSentence: false, addEndOfSentence: false),
                TokenizerKind.WordPiece => BertTokenizer.Create(first),
                _ => ByteLevel(),
            };
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            throw new InvalidInputException($"the tokenizer cannot be read: {problem.Message}", "Give its files as they were published",
                new SourceLocation(name), problem);
        }
    }

    /// <summary>The tokens of a text. The library returns no SentencePiece tokens for a single letter, so they are taken from the same word twice.</summary>
    public static IReadOnlyList<int> Encode(Tokenizer tokenizer, string text)
    {
        IReadOnlyList<int> tokens = tokenizer.EncodeToIds(text);
        if (tokens.Count > 0 || tokenizer is not SentencePieceTokenizer || string.IsNullOrWhiteSpace(text)) return tokens;
        IReadOnlyList<int> twice = tokenizer.EncodeToIds($"{text} {text}");
        return [.. twice.Take(twice.Count / 2)];
    }

    /// <summary>The text of each token as the tokenizer writes it, including its mark for the beginning of a word; empty for unused numbers.</summary>
    public string[] Entries(Tokenizer tokenizer)
    {
        IEnumerable<KeyValuePair<string, int>> entries = tokenizer switch
        {
            BpeTokenizer pairs => pairs.Vocabulary,
            SentencePieceTokenizer pieces => pieces.Vocabulary,
            _ => Lines(Files[0]).Select((line, number) => KeyValuePair.Create(line, number)),
        };
        KeyValuePair<string, int>[] all = [.. entries];
        string[] texts = new string[all.Length == 0 ? 0 : all.Max(entry => entry.Value) + 1];
        Array.Fill(texts, "");
        foreach ((string text, int token) in all) texts[token] = text;
        return texts;
    }

    private BpeTokenizer ByteLevel()
    {
        Dictionary<string, int> vocabulary = JsonSerializer.Deserialize(Files[0], TokenizerJson.Default.DictionaryStringInt32) ?? [];
        if (vocabulary.Count == 0 || vocabulary.Values.Any(token => token < 0 || token > 4 * vocabulary.Count))
            throw new InvalidDataException("its numbers are none of a vocabulary");
        return BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = Lines(Files[1]).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)),
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Words(), null),
        });
    }

    private static string[] Lines(byte[] file) => Encoding.UTF8.GetString(file).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static byte[] Bytes(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxBytes ? File.ReadAllBytes(path) : throw Refuse(path, "this is too large for a tokenizer");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"the file of the tokenizer cannot be read: {problem.Message.TrimEnd('.')}", "Give data.tokenizer a file that is there",
                new SourceLocation(path), problem);
        }
    }

    private static InvalidInputException Refuse(string path, string problem) => new(
        problem, "Give vocab.json with merges.txt beside it (byte-level pairs), a .model file (SentencePiece) or vocab.txt (WordPiece)",
        new SourceLocation(path));

    /// <summary>GPT-2's words: a space belongs to the word after it.</summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Words();
}

/// <summary>Reads a vocabulary without reflection.</summary>
[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class TokenizerJson : JsonSerializerContext;
