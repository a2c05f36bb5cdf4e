using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>
/// The words of a text, the most frequent first, after <c>&lt;unk&gt;</c> for all others and <c>&lt;eos&gt;</c> for the end of a line. Texts prepared for
/// language models, such as the Penn Treebank, already contain words of these names.
/// </summary>
internal sealed class WordVocabulary : TextVocabulary
{
    public const string EndOfLine = "<eos>";

    private const int Unk = 0, Eos = 1;

    private readonly Vocabulary _words;
    private readonly TextCutter _cutter;

    private WordVocabulary(TextUnit unit, Vocabulary words) => (Unit, _words, _cutter) = (unit, words, TextCutter.Of(unit));

    public override TextUnit Unit { get; }

    public override int Count => _words.Count;

    public override int? Unknown => Unk;

    public override int Beginning => Eos;

    /// <summary>Fits a vocabulary to a training text.</summary>
    /// <param name="training">From <see cref="Cut"/>.</param>
    public static WordVocabulary Fit(TextUnit unit, IEnumerable<string> training, int minCount, int? maxSize) =>
        new(unit, Vocabulary.Fit(training, [Vocabulary.UnknownEntry, EndOfLine], minCount, maxSize));

    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public static WordVocabulary Restore(TextUnit unit, IReadOnlyList<string> words, string name)
    {
        if (words.Count < 2 || words[Unk] != Vocabulary.UnknownEntry || words[Eos] != EndOfLine) throw Damaged("not one of words", name);
        if (words.Distinct(StringComparer.Ordinal).Count() != words.Count) throw Damaged("one with a word twice", name);
        return new WordVocabulary(unit, Vocabulary.Of(words));
    }

    /// <summary>The words of a text, with <see cref="EndOfLine"/> after each line.</summary>
    public static List<string> Cut(TextUnit unit, string text)
    {
        TextCutter cutter = TextCutter.Of(unit);
        List<string> words = [];
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf('\n', at);
            if (end < 0) end = text.Length;
            words.AddRange(cutter.Cut(text[at..end]));
            words.Add(EndOfLine);
            at = end + 1;
        }

        return words;
    }

    public int TokenOf(string word) => _words.NumberOf(word);

    public override int[] Encode(string text)
    {
        List<int> tokens = [];
        string[] lines = text.Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            if (line > 0) tokens.Add(Eos);
            tokens.AddRange(_cutter.Cut(lines[line]).Select(Known));
        }

        return [.. tokens];
    }

    public override int[] EncodeText(string text) => [.. Cut(Unit, text).Select(TokenOf)];

    public override TokenDecoder CreateDecoder() => new WordDecoder(this);

    private protected override Stored ToStored() => new(Unit, "", true) { Words = _words.Entries };

    private int Known(string word)
    {
        if (_words.Contains(word)) return _words.NumberOf(word);
        string shown = _cutter.Show(word);
        throw new InvalidInputException(
            $"the word \"{shown}\" of the text is not in the vocabulary",
            Suggestion.Nearest(shown, _words.Entries.Select(_cutter.Show)) is { } nearest ? $"Did you mean \"{nearest}\"" : $"The model knows {Count} words");
    }

    private sealed class WordDecoder(WordVocabulary vocabulary) : TokenDecoder
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

            string word = vocabulary._words[token], shown = vocabulary._cutter.Show(word);
            bool needsSpace = _isInLine && shown.Length == word.Length;
            _isInLine = true;
            return needsSpace ? " " + shown : shown;
        }
    }
}
