using System.Collections.Frozen;
using System.Text;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Data.Text;

/// <summary>
/// The tokens of a text: its UTF-8 bytes, or its Unicode characters (scalar values, so that an emoji is one) in ascending order. Where the validation or
/// test text has a character that the training text has not, the vocabulary ends with one more token for all of them, <c>&lt;unk&gt;</c>, which is never
/// trained on; otherwise there is none.
/// </summary>
public sealed class TextVocabulary
{
    private const int ByteCount = 256;

    private readonly Rune[] _characters;
    private readonly FrozenDictionary<Rune, int> _tokens;

    private TextVocabulary(TextUnit unit, Rune[] characters, bool hasUnknown)
    {
        Unit = unit;
        _characters = characters;
        _tokens = characters.Select(KeyValuePair.Create<Rune, int>).ToFrozenDictionary();
        Unknown = hasUnknown ? characters.Length : null;
    }

    /// <summary>All 256 bytes.</summary>
    public static TextVocabulary Bytes { get; } = new(TextUnit.Bytes, [], false);

    public TextUnit Unit { get; }

    /// <summary>What the tokens are: <c>characters</c>.</summary>
    public string UnitName => NameOf(Unit);

    /// <summary>Tokens lie in [0, Count).</summary>
    public int Count => Unit == TextUnit.Bytes ? ByteCount : _characters.Length + (Unknown is null ? 0 : 1);

    /// <summary>The token of characters that the training text has not; null where there is none.</summary>
    public int? Unknown { get; }

    /// <summary>What a text without a prompt begins behind: the end of a line, or the first token where the text has no lines.</summary>
    public int Beginning => Unit == TextUnit.Bytes ? '\n' : _tokens.GetValueOrDefault(new Rune('\n'), 0);

    /// <summary>The characters of a training text.</summary>
    /// <param name="hasUnknown">Whether a token is added for all other characters.</param>
    public static TextVocabulary Characters(IEnumerable<Rune> training, bool hasUnknown) =>
        new(TextUnit.Characters, [.. training.Distinct().Order()], hasUnknown);

    /// <summary>The vocabulary that <see cref="ToJson"/> wrote.</summary>
    /// <param name="name">What messages call the text.</param>
    public static TextVocabulary FromJson(string json, string name)
    {
        Stored stored = Stored.Format.Read(SourceParser.Parse(json, name));
        if (stored.Unit == TextUnit.Bytes) return Bytes;
        Rune[] characters = [.. stored.Vocabulary.EnumerateRunes()];
        if (characters.Length == 0)
            throw Damaged("empty", name);
        for (int i = 1; i < characters.Length; i++)
        {
            if (characters[i - 1] >= characters[i])
                throw Damaged($"not in order at character {i}", name);
        }

        return new TextVocabulary(TextUnit.Characters, characters, stored.Unknown);
    }

    public static string NameOf(TextUnit unit) => unit == TextUnit.Bytes ? "bytes" : "characters";

    public string ToJson() =>
        Stored.Format.ToJson(new Stored(Unit, string.Concat(_characters.Select(character => character.ToString())), Unknown is not null));

    /// <summary>The tokens of a prompt.</summary>
    /// <exception cref="InvalidInputException">A character is not in the training text.</exception>
    public int[] Encode(string text)
    {
        if (Unit == TextUnit.Bytes) return [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];
        var tokens = new List<int>(text.Length);
        foreach (Rune character in text.EnumerateRunes())
        {
            if (!_tokens.TryGetValue(character, out int token))
            {
                throw new InvalidInputException(
                    $"the character {Describe(character)} of the text is not in the vocabulary",
                    $"The model knows {_characters.Length} characters: {Sample()}");
            }

            tokens.Add(token);
        }

        return [.. tokens];
    }

    /// <summary>The text of tokens. What is no text (an unknown character, bytes that are not UTF-8) becomes U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        TokenDecoder decoder = CreateDecoder();
        var text = new StringBuilder(tokens.Length);
        foreach (int token in tokens) text.Append(decoder.Next(token));
        return text.Append(decoder.End()).ToString();
    }

    /// <summary>Turns tokens into text one at a time.</summary>
    public TokenDecoder CreateDecoder() => new(this);

    /// <summary>The token of a character; <see cref="Unknown"/>, or -1, where it is not in the training text.</summary>
    internal int TokenOf(Rune character) => _tokens.TryGetValue(character, out int token) ? token : Unknown ?? -1;

    internal Rune CharacterOf(int token) => token == Unknown ? Rune.ReplacementChar : _characters[token];

    private static InvalidInputException Damaged(string how, string name) =>
        new($"the vocabulary is {how}", "Use the checkpoint as it was written", new SourceLocation(name));

    private static string Describe(Rune character) =>
        Rune.IsControl(character) || Rune.IsWhiteSpace(character) ? $"U+{character.Value:X4}" : $"'{character}' (U+{character.Value:X4})";

    private string Sample() => string.Concat(_characters.Where(c => !Rune.IsControl(c) && !Rune.IsWhiteSpace(c)).Take(100).Select(c => c.ToString()));

    /// <summary>The JSON form.</summary>
    private sealed record Stored(TextUnit Unit, string Vocabulary, bool Unknown)
    {
        public static Format<Stored> Format { get; } = new ObjectFormat<Stored>("a vocabulary", new(TextUnit.Bytes, "", false))
            .Required("unit", "What the text is cut into.", Names.Of<TextUnit>(), s => s.Unit, (s, v) => s with { Unit = v })
            .Key("vocabulary", "The characters in the order of their tokens.", new TextFormat(), s => s.Vocabulary, (s, v) => s with { Vocabulary = v })
            .Key("unknown", "Whether a last token stands for all other characters.", new BooleanFormat(), s => s.Unknown, (s, v) => s with { Unknown = v });
    }
}
