using RnnActors.Core.Kernels.Functions;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>
/// A translator's baseline: the translation of the nearest training sentence, by the cosine similarity of TF-IDF vectors (words weighted by log N / n). Salton
/// and Buckley 1988.
/// </summary>
internal sealed class NearestSentence
{
    private readonly Dictionary<string, List<int>> _sentencesOf = new(StringComparer.Ordinal);
    private readonly List<string> _translations = [];
    private readonly double[] _norms;
    private readonly TextCutter _cutter;

    /// <param name="pairs">Training sentences with their translations; of equal sentences the first counts.</param>
    public NearestSentence(IEnumerable<(string Source, string Target)> pairs, TextCutter cutter)
    {
        _cutter = cutter;
        List<string[]> words = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach ((string source, string target) in pairs)
        {
            if (!known.Add(source)) continue;
            string[] own = WordsOf(source);
            foreach (string word in own)
            {
                if (!_sentencesOf.TryGetValue(word, out var sentences)) _sentencesOf[word] = sentences = [];
                sentences.Add(words.Count);
            }

            words.Add(own);
            _translations.Add(target);
        }

        _norms = [.. words.Select(own => Math.Sqrt(own.Sum(word => Weight(word) * Weight(word))))];
    }

    /// <summary>The translation of the nearest training sentence; of several, that of the first.</summary>
    public string Translate(string source)
    {
        Dictionary<int, double> products = [];
        foreach (string word in WordsOf(source))
        {
            if (!_sentencesOf.TryGetValue(word, out var sentences)) continue;
            double square = Weight(word) * Weight(word);
            foreach (int sentence in sentences) products[sentence] = products.GetValueOrDefault(sentence) + square;
        }

        (int best, double highest) = (0, 0);
        foreach ((int sentence, double product) in products)
        {
            double cosine = _norms[sentence] > 0 ? product / _norms[sentence] : 0;
            if (cosine > highest || (cosine == highest && sentence < best)) (best, highest) = (sentence, cosine);
        }

        return _translations[best];
    }

    private string[] WordsOf(string text) => [.. _cutter.Cut(text).Distinct(StringComparer.Ordinal)];

    private double Weight(string word) => PortableMath.Log((double)_translations.Count / _sentencesOf[word].Count);
}
