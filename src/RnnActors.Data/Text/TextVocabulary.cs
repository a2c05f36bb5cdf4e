using System.Text;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Data.Text;

/// <summary>The tokens of a text: characters, bytes, words or subwords.</summary>
public abstract class TextVocabulary
{
    /// <summary>All 256 bytes.</summary>
    public static TextVocabulary Bytes { get; } = new ByteVocabulary();

    public abstract TextUnit Unit { get; }

    /// <summary>The plural name of tokens: <c>characters</c>.</summary>
    public string UnitName => NameOf(Unit);

    /// <summary>Tokens lie in [0, Count).</summary>
    public abstract int Count { get; }

    /// <summary>The texts of the tokens, in order; empty for bytes.</summary>
    public virtual IReadOnlyList<string> Entries => Unit == TextUnit.Bytes ? [] : ToStored() is { Words: { Count: > 0 } words }
        ? words
        : [.. ToStored().Characters.EnumerateRunes().Select(character => character.ToString()), .. Unknown is null ? [] : (string[])[Vocabulary.UnknownEntry]];

    /// <summary>The token for what the training text does not have; null for none.</summary>
    public abstract int? Unknown { get; }

    /// <summary>The token that precedes a text without a prompt: the end of a line, or the first token if the text has no lines.</summary>
    public abstract int Beginning { get; }

    /// <summary>A vocabulary of the characters of a training text.</summary>
    /// <param name="hasUnknown">Whether a token is added for all other characters.</param>
    public static TextVocabulary Characters(IEnumerable<Rune> training, bool hasUnknown) =>
        new CharacterVocabulary([.. training.Distinct().Order()], hasUnknown);

    /// <summary>The vocabulary that <see cref="ToJson"/> wrote.</summary>
    /// <param name="name">The name of the text in messages.</param>
    public static TextVocabulary FromJson(string json, string name)
    {
        Stored stored = Stored.Format.Read(SourceParser.Parse(json, name));
        return stored.Unit switch
        {
            TextUnit.Bytes => Bytes,
            TextUnit.BytePairs => BytePairVocabulary.Restore(stored.Words, stored.Merges, name),
            TextUnit.Tokenizer => TokenizerVocabulary.Restore(stored.Tokenizer, name),
            TextUnit.Characters => CharacterVocabulary.Restore(stored.Characters, stored.HasUnknown, name),
            _ => WordVocabulary.Restore(stored.Unit, stored.Words, name),
        };
    }

    public static string NameOf(TextUnit unit) => unit switch
    {
        TextUnit.Bytes => "bytes",
        TextUnit.Characters => "characters",
        TextUnit.BytePairs => "parts of words",
        TextUnit.Tokenizer => "tokens",
        _ => "words",
    };

    public string ToJson() => Stored.Format.ToJson(ToStored());

    /// <summary>The tokens of a prompt.</summary>
    /// <exception cref="InvalidInputException">The prompt has something that the training text does not have.</exception>
    public abstract int[] Encode(string text);

    /// <summary>The tokens of a whole text, with <see cref="Unknown"/> for what the training text does not have.</summary>
    /// <exception cref="InvalidInputException">There is something unknown, and no token for it.</exception>
    public abstract int[] EncodeText(string text);

    /// <summary>The text of tokens. Tokens that are not text (an unknown character, invalid UTF-8) become U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        TokenDecoder decoder = CreateDecoder();
        var text = new StringBuilder(tokens.Length);
        foreach (int token in tokens) text.Append(decoder.Next(token));
        return text.Append(decoder.End()).ToString();
    }

    /// <summary>Whether a token begins a word or ends a line, for metrics by word; false for characters and bytes.</summary>
    public virtual bool BeginsWord(int token) => false;

    /// <summary>How many words begin and lines end in tokens, for metrics by word.</summary>
    public virtual long WordsIn(ReadOnlySpan<int> tokens)
    {
        long words = 0;
        foreach (int token in tokens)
            if (BeginsWord(token)) words++;
        return words;
    }

    /// <summary>Creates a decoder that converts one token at a time.</summary>
    public abstract TokenDecoder CreateDecoder();

    private protected abstract Stored ToStored();

    private protected static InvalidInputException Damaged(string how, string name) =>
        new($"the vocabulary is {how}", "Use the checkpoint as it was written", new SourceLocation(name));

    /// <summary>The JSON format.</summary>
    private protected sealed record Stored(TextUnit Unit, string Characters, bool HasUnknown)
    {
        private static readonly IReadOnlyList<string> NoWords = [];

        public IReadOnlyList<string> Words { get; init; } = NoWords;

        public IReadOnlyList<string> Merges { get; init; } = NoWords;

        public IReadOnlyList<string> Tokenizer { get; init; } = NoWords;

        public static Format<Stored> Format { get; } = new ObjectFormat<Stored>("a vocabulary", new(TextUnit.Bytes, "", false))
            .Required("unit", "What the text is cut into.", Names.Of<TextUnit>(), s => s.Unit, (s, v) => s with { Unit = v })
            .Key("vocabulary", "The characters in the order of their tokens.", new TextFormat(), s => s.Characters, (s, v) => s with { Characters = v })
            .Key("unknown", "Whether a last token stands for all other characters.", new BooleanFormat(), s => s.HasUnknown,
                (s, v) => s with { HasUnknown = v })
            .Optional("words", "The words in the order of their tokens.", new ListFormat<string>("words", new TextFormat()), s => s.Words,
                (s, v) => s with { Words = v })
            .Optional("merges", "Pairs of parts, in the order in which they are merged.", new ListFormat<string>("merges", new TextFormat()), s => s.Merges,
                (s, v) => s with { Merges = v })
            .Optional("tokenizer", "The kind of a tokenizer, and its files in Base64.", new ListFormat<string>("texts", new TextFormat()), s => s.Tokenizer,
                (s, v) => s with { Tokenizer = v });
    }
}
