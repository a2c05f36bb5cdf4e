using System.Collections.Frozen;
using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>
/// The Unicode characters of a text (scalar values, so that an emoji is one) in ascending order. If the validation or test text has characters that the
/// training text does not have, the vocabulary ends with one more token for all of them, which is never trained.
/// </summary>
internal sealed class CharacterVocabulary : TextVocabulary
{
    private readonly Rune[] _characters;
    private readonly FrozenDictionary<Rune, int> _tokens;

    /// <param name="characters">In ascending order.</param>
    public CharacterVocabulary(Rune[] characters, bool hasUnknown)
    {
        _characters = characters;
        _tokens = characters.Select(KeyValuePair.Create<Rune, int>).ToFrozenDictionary();
        Unknown = hasUnknown ? characters.Length : null;
    }

    public override TextUnit Unit => TextUnit.Characters;

    public override int Count => _characters.Length + (Unknown is null ? 0 : 1);

    public override int? Unknown { get; }

    public override int Beginning => _tokens.GetValueOrDefault(new Rune('\n'), 0);

    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public static CharacterVocabulary Restore(string stored, bool hasUnknown, string name)
    {
        Rune[] characters = [.. stored.EnumerateRunes()];
        if (characters.Length == 0) throw Damaged("empty", name);
        for (int i = 1; i < characters.Length; i++)
        {
            if (characters[i - 1] >= characters[i]) throw Damaged($"not in order at character {i}", name);
        }

        return new CharacterVocabulary(characters, hasUnknown);
    }

    public override int[] Encode(string text) =>
        [.. text.EnumerateRunes().Select(character => _tokens.TryGetValue(character, out int token) ? token : throw NotThere(character))];

    public override int[] EncodeText(string text) =>
        [.. text.EnumerateRunes().Select(character => _tokens.TryGetValue(character, out int token) ? token : Unknown ?? throw NotThere(character))];

    public override TokenDecoder CreateDecoder() => new CharacterDecoder(this);

    /// <summary>The token of a character. If the training text does not have it, <see cref="Unknown"/>, or -1.</summary>
    internal int TokenOf(Rune character) => _tokens.TryGetValue(character, out int token) ? token : Unknown ?? -1;

    private protected override Stored ToStored() => new(Unit, string.Concat(_characters.Select(character => character.ToString())), Unknown is not null);

    private InvalidInputException NotThere(Rune character) =>
        new($"the character {Describe(character)} of the text is not in the vocabulary", $"The model knows {_characters.Length} characters: {Sample()}");

    private static string Describe(Rune character) =>
        Rune.IsControl(character) || Rune.IsWhiteSpace(character) ? $"U+{character.Value:X4}" : $"'{character}' (U+{character.Value:X4})";

    private string Sample() => string.Concat(_characters.Where(c => !Rune.IsControl(c) && !Rune.IsWhiteSpace(c)).Take(100).Select(c => c.ToString()));

    private sealed class CharacterDecoder(CharacterVocabulary vocabulary) : TokenDecoder
    {
        protected override int Count => vocabulary.Count;

        protected override string Text(int token) => (token == vocabulary.Unknown ? Rune.ReplacementChar : vocabulary._characters[token]).ToString();
    }
}
