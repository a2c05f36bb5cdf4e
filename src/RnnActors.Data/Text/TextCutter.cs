using System.Globalization;
using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>Splits texts into units, and joins units to texts.</summary>
public abstract class TextCutter
{
    /// <summary>
    /// Splits texts into words of letters and digits, and single punctuation marks. A full stop or comma between digits belongs to the number. An apostrophe
    /// ends a part of a word, as in <c>j'</c> and <c>ai</c>; a hyphen begins one, as in <c>tiens</c> and <c>-moi</c>. A unit that follows another without a
    /// space begins with <see cref="WordCutter.Joiner"/>. So units can be joined to the original text, except for its kinds of white space.
    /// </summary>
    public static TextCutter Words { get; } = new WordCutter();

    /// <summary>Splits texts at white space.</summary>
    public static TextCutter Whitespace { get; } = new WhitespaceCutter();

    /// <summary>Splits texts into Unicode characters (scalar values).</summary>
    public static TextCutter Characters { get; } = new CharacterCutter();

    /// <summary>The kind of unit.</summary>
    public abstract TextUnit Unit { get; }

    /// <summary>What the cutter has learnt, for a checkpoint: merges, or a tokenizer's files. Empty for words and characters.</summary>
    public virtual IReadOnlyList<string> Learnt => [];

    /// <summary>The cutter of a unit, fitted on the training part if the unit is learnt.</summary>
    /// <param name="training">The texts of the training part.</param>
    /// <param name="size">The maximum number of subwords; null for a default.</param>
    /// <param name="tokenizer">The tokenizer's file, if the unit is its tokens.</param>
    /// <exception cref="InvalidInputException">The tokenizer is not given, cannot be read, or does not belong to the unit.</exception>
    public static TextCutter Fit(TextUnit unit, IEnumerable<string> training, int? size, string? tokenizer)
    {
        if (TokenizerFile.Of(unit, tokenizer) is { } file) return new TokenizerCutter(file, tokenizer!);
        return unit == TextUnit.BytePairs ? BytePairCutter.Fit(training, size) : Of(unit);
    }

    /// <summary>Restores a fitted cutter.</summary>
    /// <param name="learnt">From <see cref="Learnt"/>.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InvalidInputException">The data are damaged.</exception>
    public static TextCutter Restore(TextUnit unit, IReadOnlyList<string> learnt, string name) => unit switch
    {
        TextUnit.BytePairs => BytePairCutter.Restore(learnt, name),
        TextUnit.Tokenizer => TokenizerCutter.Restore(learnt, name),
        _ => Of(unit),
    };

    /// <summary>The cutter of a unit that is not learnt.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Sentences are not split into such units, or the unit is learnt.</exception>
    public static TextCutter Of(TextUnit unit) => unit switch
    {
        TextUnit.Words => Words,
        TextUnit.Whitespace => Whitespace,
        TextUnit.Characters => Characters,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Sentences are cut into words or characters."),
    };

    /// <summary>The plural name of units: <c>words</c>.</summary>
    public abstract string Name { get; }

    public abstract IReadOnlyList<string> Cut(string text);

    public abstract string Join(IEnumerable<string> units);

    /// <summary>A unit for display, without the cutter's own marks.</summary>
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
    /// <summary>U+FFED, halfwidth black square: OpenNMT's mark of units that are not preceded by a space.</summary>
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

    /// <summary>The length of the unit that begins here; 0 for white space.</summary>
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

    /// <summary>Whether a punctuation mark between two letters or digits does not separate them.</summary>
    private static bool IsInside(string text, int at)
    {
        if (at + 1 >= text.Length || !IsOfWord(text, at + 1)) return false;
        return text[at] is '.' or ',' && char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]);
    }

    private static bool IsHyphen(char character) => character is '-' or '\u2010' or '\u2011';

    private static bool IsApostrophe(char character) => character is '\'' or '\u2019';

    private static int RuneLength(string text, int at) => Rune.TryGetRuneAt(text, at, out Rune rune) ? rune.Utf16SequenceLength : 1;
}
