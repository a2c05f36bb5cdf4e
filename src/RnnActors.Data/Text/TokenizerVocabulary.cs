using Microsoft.ML.Tokenizers;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>The tokens of a pretrained tokenizer. Its files are stored in the checkpoint.</summary>
internal sealed class TokenizerVocabulary : TextVocabulary
{
    private readonly TokenizerFile _file;
    private readonly Tokenizer _tokenizer;
    private readonly string[] _entries;

    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InvalidInputException">The files are not a tokenizer.</exception>
    public TokenizerVocabulary(TokenizerFile file, string name)
    {
        _file = file;
        _tokenizer = file.Create(name);
        _entries = file.Entries(_tokenizer);
        if (_entries.Length == 0) throw Damaged("empty", name);
        int[] lineEnd = [.. _tokenizer.EncodeToIds("\n")];
        Beginning = lineEnd.Length == 1 ? lineEnd[0] : 0;
        Unknown = Array.FindIndex(_entries, entry => entry is "<unk>" or "[UNK]" or "<|endoftext|>") is var at and >= 0 ? at : null;
    }

    public override TextUnit Unit => TextUnit.Tokenizer;

    public override int Count => _entries.Length;

    public override IReadOnlyList<string> Entries => _entries;

    public override int? Unknown { get; }

    public override int Beginning { get; }

    /// <exception cref="InvalidInputException">The data are damaged.</exception>
    public static TokenizerVocabulary Restore(IReadOnlyList<string> stored, string name) => new(TokenizerFile.Restore(stored, name), name);

    public override bool BeginsWord(int token)
    {
        string entry = _entries[token];
        return entry.Length > 0
            && (_file.Kind == TokenizerKind.WordPiece ? !entry.StartsWith("##", StringComparison.Ordinal) : entry[0] is 'Ġ' or 'Ċ' or BytePairs.WordMark);
    }

    /// <summary>Counts words in the text, since a line's first word may have no mark.</summary>
    public override long WordsIn(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty) return 0;
        string text = Decode(tokens);
        long words = text.Length > 0 && !char.IsWhiteSpace(text[0]) && BeginsWord(tokens[0]) ? 1 : 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') words++;
            if (i > 0 && char.IsWhiteSpace(text[i - 1]) && !char.IsWhiteSpace(text[i])) words++;
        }

        return words;
    }

    public override int[] Encode(string text) => EncodeText(text);

    public override int[] EncodeText(string text) => [.. TokenizerFile.Encode(_tokenizer, text)];

    public override TokenDecoder CreateDecoder() => new PieceDecoder(this);

    private protected override Stored ToStored() => new(Unit, "", false) { Tokenizer = _file.ToStored() };

    /// <summary>
    /// A character of several bytes appears with its last token. The text of a token is found together with the tokens before it, since a space may depend on
    /// them.
    /// </summary>
    private sealed class PieceDecoder(TokenizerVocabulary vocabulary) : TokenDecoder
    {
        private readonly List<int> _tokens = [];
        private int _told; // tokens whose text was returned

        protected override int Count => vocabulary.Count;

        public override string End() => Added();

        protected override string Text(int token)
        {
            _tokens.Add(token);
            string added = Added();
            if (added.EndsWith('\uFFFD')) return "";
            _tokens.RemoveRange(0, _told);
            _told = _tokens.Count;
            return added;
        }

        private string Added()
        {
            string before = Decode(_tokens[.._told]), all = Decode(_tokens);
            return all.StartsWith(before, StringComparison.Ordinal) ? all[before.Length..] : all;
        }

        private string Decode(List<int> tokens) => tokens.Count == 0 ? "" : vocabulary._tokenizer.Decode(tokens) ?? "";
    }
}
