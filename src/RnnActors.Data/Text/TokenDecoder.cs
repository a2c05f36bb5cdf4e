using System.Text;

namespace RnnActors.Data.Text;

/// <summary>Turns tokens into text one at a time, for text that appears while it is generated. A character of several bytes comes with its last byte.</summary>
public sealed class TokenDecoder(TextVocabulary vocabulary)
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();

    /// <summary>What the token adds to the text: often one character, nothing within a character of several bytes.</summary>
    public string Next(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, vocabulary.Count);
        return vocabulary.Unit == TextUnit.Characters ? vocabulary.CharacterOf(token).ToString() : Decode([(byte)token], flush: false);
    }

    /// <summary>What is left: U+FFFD where the tokens end within a character.</summary>
    public string End() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        Span<char> characters = stackalloc char[8];
        return new string(characters[.._utf8.GetChars(bytes, characters, flush)]);
    }
}
