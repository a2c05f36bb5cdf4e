using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>
/// Parts of words that byte-pair encoding learnt. What stands between white space is a word, and its first part begins with <see cref="BytePairs.WordMark"/>.
/// So parts join to the text that they were cut from, but for its kinds of white space.
/// </summary>
internal sealed class BytePairCutter(BytePairs pairs) : TextCutter
{
    /// <summary>Parts, characters among them, that are learnt where the user does not say how many.</summary>
    private const int DefaultParts = 8000;

    public override TextUnit Unit => TextUnit.BytePairs;

    public override string Name => "parts of words";

    public override IReadOnlyList<string> Learnt => [.. pairs.Merges.Select(pair => $"{pair.Left} {pair.Right}")];

    /// <param name="training">The texts of the training part.</param>
    /// <param name="size">Characters and parts at most; null for 8,000.</param>
    public static BytePairCutter Fit(IEnumerable<string> training, int? size)
    {
        string[] words = [.. training.SelectMany(Marked)];
        int characters = words.SelectMany(Characters.Cut).Distinct(StringComparer.Ordinal).Count();
        return new BytePairCutter(BytePairs.Learn(words, Math.Max(0, (size ?? DefaultParts) - characters), []));
    }

    /// <param name="merges">As <see cref="Learnt"/> gives them.</param>
    /// <exception cref="InvalidInputException">They are not what was written.</exception>
    public static BytePairCutter Restore(IReadOnlyList<string> merges, string name) => new(BytePairs.Restore(merges, name));

    public override IReadOnlyList<string> Cut(string text) => [.. Marked(text).SelectMany(pairs.Cut)];

    public override string Join(IEnumerable<string> units) => string.Concat(units).Replace(BytePairs.WordMark, ' ').TrimStart();

    public override string Show(string unit) => unit.Length > 1 && unit[0] == BytePairs.WordMark ? unit[1..] : unit;

    /// <exception cref="InvalidInputException">The text has the mark itself.</exception>
    private static IEnumerable<string> Marked(string text) => text.Contains(BytePairs.WordMark, StringComparison.Ordinal)
        ? throw BytePairs.HasMark($"\"{(text.Length > 60 ? text[..60] + "…" : text)}\"")
        : Whitespace.Cut(text).Select(word => BytePairs.WordMark + word);
}
