using System.Globalization;
using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>Cuts a text into units, and joins units to a text again.</summary>
public abstract class TextCutter
{
    /// <summary>
    /// Words of letters and digits, and every other sign by itself. A full stop or a comma between digits belongs to the number. An apostrophe ends a part of a
    /// word, as in <c>j'</c> and <c>ai</c>; a hyphen begins one, as in <c>tiens</c> and <c>-moi</c>. A unit that follows the one before it without a space
    /// begins with <see cref="WordCutter.Joiner"/>. So units join to the text that they were cut from, but for its kinds of white space.
    /// </summary>
    public static TextCutter Words { get; } = new WordCutter();

    /// <summary>What stands between white space.</summary>
    public static TextCutter Whitespace { get; } = new WhitespaceCutter();

    /// <summary>Unicode characters (scalar values).</summary>
    public static TextCutter Characters { get; } = new CharacterCutter();

    /// <summary>What a text is cut into.</summary>
    public abstract TextUnit Unit { get; }

    /// <summary>What was learnt for it, as a checkpoint keeps it: merges, or a tokenizer's files. Nothing for words and characters.</summary>
    public virtual IReadOnlyList<string> Learnt => [];

    /// <summary>The cutter of a unit, fitted on the training part where the unit is learnt.</summary>
    /// <param name="training">The texts of the training part.</param>
    /// <param name="size">Parts of words that are learnt at most; null for a default.</param>
    /// <param name="tokenizer">The file of the tokenizer, where the unit is that.</param>
    /// <exception cref="InvalidInputException">The tokenizer is not named, cannot be read, or belongs to no such unit.</exception>
    public static TextCutter Fit(TextUnit unit, IEnumerable<string> training, int? size, string? tokenizer)
    {
        if (TokenizerFile.Of(unit, tokenizer) is { } file) return new TokenizerCutter(file, tokenizer!);
        return unit == TextUnit.BytePairs ? BytePairCutter.Fit(training, size) : Of(unit);
    }

    /// <summary>The cutter that was fitted.</summary>
    /// <param name="learnt">As <see cref="Learnt"/> gave it.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is not what was written.</exception>
    public static TextCutter Restore(TextUnit unit, IReadOnlyList<string> learnt, string name) => unit switch
    {
        TextUnit.BytePairs => BytePairCutter.Restore(learnt, name),
        TextUnit.Tokenizer => TokenizerCutter.Restore(learnt, name),
        _ => Of(unit),
    };

    /// <summary>The cutter of a unit of which nothing is learnt.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A sentence is not cut into such units, or they are learnt.</exception>
    public static TextCutter Of(TextUnit unit) => unit switch
    {
        TextUnit.Words => Words,
        TextUnit.Whitespace => Whitespace,
        TextUnit.Characters => Characters,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Sentences are cut into words or characters."),
    };

    /// <summary>What the units are called: <c>words</c>.</summary>
    public abstract string Name { get; }

    public abstract IReadOnlyList<string> Cut(string text);

    public abstract string Join(IEnumerable<string> units);

    /// <summary>A unit as people are shown it, without marks of its own.</summary>
    public virtual string Show(string unit) => unit;

    private sealed class WhitespaceCutter : TextCutter
    {
        public override TextUnit Unit => TextUnit.Whitespace;

        public override string Name => "words";

        public override IReadOnlyList<string> Cut(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        public override string Join(IEnumerable<string> units) => string.Join(' ', units);
    }

    private sealed class CharacterCutter : TextCutter
    {
        public override TextUnit Unit => TextUnit.Characters;

        public override string Name => "characters";

        public override IReadOnlyList<string> Cut(string text) => [.. text.EnumerateRunes().Select(rune => rune.ToString())];

        public override string Join(IEnumerable<string> units) => string.Concat(units);
    }
}

/// <inheritdoc cref="TextCutter.Words"/>
internal sealed class WordCutter : TextCutter
{
    /// <summary>U+FFED, halfwidth black square: as OpenNMT's tokenizer marks units that no space parts.</summary>
    public const char Joiner = '\uFFED';

    public override TextUnit Unit => TextUnit.Words;

    public override string Name => "words";

    public override IReadOnlyList<string> Cut(string text)
    {
        List<string> units = [];
        bool isJoined = false;
        for (int at = 0; at < text.Length;)
        {
            int length = LengthAt(text, at);
            if (length == 0)
            {
                isJoined = false;
                at++;
                continue;
            }

            string unit = text.Substring(at, length);
            units.Add(isJoined ? Joiner + unit : unit);
            isJoined = true;
            at += length;
        }

        return units;
    }

    public override string Join(IEnumerable<string> units)
    {
        var text = new StringBuilder();
        foreach (string unit in units)
        {
            bool isJoined = unit.Length > 1 && unit[0] == Joiner;
            if (text.Length > 0 && !isJoined) text.Append(' ');
            text.Append(isJoined ? unit.AsSpan(1) : unit);
        }

        return text.ToString();
    }

    public override string Show(string unit) => unit.Length > 1 && unit[0] == Joiner ? unit[1..] : unit;

    /// <summary>Characters of the unit that begins here; 0 for white space.</summary>
    private static int LengthAt(string text, int at)
    {
        if (char.IsWhiteSpace(text[at])) return 0;
        bool goesOn = at > 0 && IsHyphen(text[at]) && IsOfWord(text, at + 1) && IsEndOfWord(text, at);
        if (!goesOn && !IsOfWord(text, at)) return RuneLength(text, at);
        int end = goesOn ? at + 1 : at;
        while (end < text.Length)
        {
            if (IsOfWord(text, end)) end += RuneLength(text, end);
            else if (IsApostrophe(text[end])) return end + 1 - at;
            else if (IsInside(text, end)) end++;
            else break;
        }

        return end - at;
    }

    private static bool IsEndOfWord(string text, int end) =>
        IsOfWord(text, end - 1) || (end > 1 && char.IsLowSurrogate(text[end - 1]) && IsOfWord(text, end - 2));

    private static bool IsOfWord(string text, int at) =>
        at < text.Length && Rune.TryGetRuneAt(text, at, out Rune rune) && (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.ConnectorPunctuation);

    /// <summary>A sign between two letters or digits that does not part them.</summary>
    private static bool IsInside(string text, int at)
    {
        if (at + 1 >= text.Length || !IsOfWord(text, at + 1)) return false;
        return text[at] is '.' or ',' && char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]);
    }

    private static bool IsHyphen(char character) => character is '-' or '\u2010' or '\u2011';

    private static bool IsApostrophe(char character) => character is '\'' or '\u2019';

    private static int RuneLength(string text, int at) => Rune.TryGetRuneAt(text, at, out Rune rune) ? rune.Utf16SequenceLength : 1;
}
