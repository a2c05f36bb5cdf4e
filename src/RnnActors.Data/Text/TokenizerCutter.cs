using Microsoft.ML.Tokenizers;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>Cuts texts into the tokens of a pretrained tokenizer. Its files are stored in the checkpoint.</summary>
internal sealed class TokenizerCutter : TextCutter
{
    private readonly TokenizerFile _file;
    private readonly Tokenizer _tokenizer;
    private readonly string[] _entries;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InvalidInputException">The files are not a tokenizer.</exception>
    public TokenizerCutter(TokenizerFile file, string name)
    {
        _file = file;
        _tokenizer = file.Create(name);
        _entries = file.Entries(_tokenizer);
        for (int token = 0; token < _entries.Length; token++) _numbers.TryAdd(_entries[token], token);
    }

    public override TextUnit Unit => TextUnit.Tokenizer;

    public override string Name => "tokens";

    public override IReadOnlyList<string> Learnt => _file.ToStored();

    /// <param name="stored">From <see cref="Learnt"/>.</param>
    /// <exception cref="InvalidInputException">The data are damaged.</exception>
    public static TokenizerCutter Restore(IReadOnlyList<string> stored, string name) => new(TokenizerFile.Restore(stored, name), name);

    public override IReadOnlyList<string> Cut(string text) => [.. TokenizerFile.Encode(_tokenizer, text).Select(token => _entries[token])];

    /// <summary>Units that the tokenizer does not have are left out, such as the mark of an unknown unit.</summary>
    public override string Join(IEnumerable<string> units) => Decode(units.Where(_numbers.ContainsKey).Select(unit => _numbers[unit])).TrimStart();

    public override string Show(string unit)
    {
        if (!_numbers.TryGetValue(unit, out int token)) return unit;
        string shown = Decode([token]).Trim();
        return shown.Length == 0 || shown.Contains('\uFFFD', StringComparison.Ordinal) ? unit : shown;
    }

    private string Decode(IEnumerable<int> tokens) => tokens.ToArray() is { Length: > 0 } some ? _tokenizer.Decode(some) ?? "" : "";
}
