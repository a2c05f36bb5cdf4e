using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>
/// Cuts texts into subwords of byte-pair encoding. Words are separated by white space, and the first subword of each begins with
/// <see cref="BytePairs.WordMark"/>. So subwords can be joined to the original text, except for its kinds of white space.
/// </summary>
internal sealed class BytePairCutter(BytePairs pairs) : TextCutter
{
    /// <summary>The default vocabulary size: characters and subwords.</summary>
    private const int DefaultParts = 8000;

    public override TextUnit Unit => TextUnit.BytePairs;

    public override string Name => "parts of words";

    public override IReadOnlyList<string> Learnt => [.. pairs.Merges.Select(pair => $"{pair.Left} {pair.Right}")];

    /// <param name="training">The texts of the training part.</param>
    /// <param name="size">The maximum number of characters and subwords; null for 8,000.</param>
    public static BytePairCutter Fit(IEnumerable<string> training, int? size)
    {
        string[] words = [.. training.SelectMany(Marked)];
        int characters = words.SelectMany(Characters.Cut).Distinct(StringComparer.Ordinal).Count();
        return new BytePairCutter(BytePairs.Learn(words, Math.Max(0, (size ?? DefaultParts) - characters), []));
    }

    /// <param name="merges">From <see cref="Learnt"/>.</param>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public static BytePairCutter Restore(IReadOnlyList<string> merges, string name) => new(BytePairs.Restore(merges, name));

    public override IReadOnlyList<string> Cut(string text) => [.. Marked(text).SelectMany(pairs.Cut)];

    public override string Join(IEnumerable<string> units) => string.Concat(units).Replace(BytePairs.WordMark, ' ').TrimStart();

    public override string Show(string unit) => unit.Length > 1 && unit[0] == BytePairs.WordMark ? unit[1..] : unit;

    /// <exception cref="InvalidInputException">The text contains the mark itself.</exception>
    private static IEnumerable<string> Marked(string text) => text.Contains(BytePairs.WordMark, StringComparison.Ordinal)
        ? throw BytePairs.HasMark($"\"{(text.Length > 60 ? text[..60] + "…" : text)}\"")
        : Whitespace.Cut(text).Select(word => BytePairs.WordMark + word);
}
