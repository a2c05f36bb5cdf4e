using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>
/// A vocabulary of subwords from byte-pair encoding. It begins with <c>&lt;unk&gt;</c> for characters that the training text does not have, and
/// <c>&lt;eos&gt;</c> for the end of a line. An unseen word is written as its subwords. White space within a line counts as one space.
/// </summary>
internal sealed class BytePairVocabulary : TextVocabulary
{
    private const int Unk = 0, Eos = 1;

    private readonly Vocabulary _parts;
    private readonly BytePairs _pairs;

    private BytePairVocabulary(Vocabulary parts, BytePairs pairs) => (_parts, _pairs) = (parts, pairs);

    public override TextUnit Unit => TextUnit.BytePairs;

    public override int Count => _parts.Count;

    public override int? Unknown => Unk;

    public override int Beginning => Eos;

    /// <param name="training">The words of the training text, from <see cref="Words"/>.</param>
    /// <param name="size">The maximum size of the vocabulary.</param>
    public static BytePairVocabulary Fit(IReadOnlyList<string> training, int size)
    {
        string[] words = [.. training.Where(word => word != WordVocabulary.EndOfLine)];
        string[] characters = [.. words.SelectMany(TextCutter.Characters.Cut).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var pairs = BytePairs.Learn(words, Math.Max(0, size - characters.Length - 2), [Vocabulary.UnknownEntry, WordVocabulary.EndOfLine]);
        string[] parts = [Vocabulary.UnknownEntry, WordVocabulary.EndOfLine, .. characters, .. pairs.Merges.Select(pair => pair.Left + pair.Right)];
        return new BytePairVocabulary(Vocabulary.Of([.. parts.Distinct(StringComparer.Ordinal)]), pairs);
    }

    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public static BytePairVocabulary Restore(IReadOnlyList<string> parts, IReadOnlyList<string> merges, string name)
    {
        if (parts.Count < 2 || parts[Unk] != Vocabulary.UnknownEntry || parts[Eos] != WordVocabulary.EndOfLine || parts.Distinct(StringComparer.Ordinal)
            .Count() != parts.Count)
            throw Damaged("not one of parts of words", name);
        return new BytePairVocabulary(Vocabulary.Of(parts), BytePairs.Restore(merges, name));
    }

    /// <summary>The words of a text, each with the word mark before it, and <see cref="WordVocabulary.EndOfLine"/> after each line.</summary>
    /// <exception cref="InvalidInputException">The text contains the mark itself.</exception>
    public static List<string> Words(string text)
    {
        if (text.IndexOf(BytePairs.WordMark) is var at and >= 0)
            throw BytePairs.HasMark($"line {text[..at].Count(c => c == '\n') + 1} of the text");

        List<string> words = WordVocabulary.Cut(TextUnit.Whitespace, text);
        for (int i = 0; i < words.Count; i++)
            if (words[i] != WordVocabulary.EndOfLine) words[i] = BytePairs.WordMark + words[i];
        return words;
    }

    /// <summary>The tokens of words.</summary>
    public IEnumerable<int> TokensOf(IEnumerable<string> words) =>
        words.SelectMany(word => word == WordVocabulary.EndOfLine ? (int[])[Eos] : [.. _pairs.Cut(word).Select(_parts.NumberOf)]);

    public override bool BeginsWord(int token) => token == Eos || _parts[token][0] == BytePairs.WordMark;

    public override int[] Encode(string text)
    {
        List<string> words = Words(text);
        if (!text.EndsWith('\n')) words.RemoveAt(words.Count - 1); // a prompt's last line continues
        int[] tokens = [.. TokensOf(words)];
        return Array.IndexOf(tokens, Unk) < 0
            ? tokens
            : throw new InvalidInputException("the text has a character that is not in the vocabulary",
                $"The model knows {_parts.Entries.Count(part => part.Length == 1)} characters");
    }

    public override int[] EncodeText(string text) => [.. TokensOf(Words(text))];

    public override TokenDecoder CreateDecoder() => new PartDecoder(this);

    private protected override Stored ToStored() =>
        new(Unit, "", true) { Words = _parts.Entries, Merges = [.. _pairs.Merges.Select(pair => $"{pair.Left} {pair.Right}")] };

    private sealed class PartDecoder(BytePairVocabulary vocabulary) : TokenDecoder
    {
        private bool _isInLine;

        protected override int Count => vocabulary.Count;

        protected override string Text(int token)
        {
            if (token == Eos)
            {
                _isInLine = false;
                return "\n";
            }

            string part = token == Unk ? "\uFFFD" : vocabulary._parts[token];
            string text = part[0] == BytePairs.WordMark ? (_isInLine ? " " : "") + part[1..] : part;
            _isInLine = true;
            return text;
        }
    }
}
