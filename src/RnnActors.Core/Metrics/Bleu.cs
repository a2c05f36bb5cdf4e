using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Metrics;

/// <summary>
/// Corpus BLEU from 0 to 100, as sacreBLEU computes it by default, with 13a tokens. It is the geometric mean of clipped n-gram precisions up to an order, times
/// a brevity penalty. The k-th order without a match has precision 100 / (2^k · total). Where the hypotheses have c words together, fewer than the r of their
/// references, the penalty is e^(1 - r / c). Of a sentence's references the one nearest in length counts, the shorter of two equally near. Papineni et al.
/// 2002; Post 2018. Sums are added sentence by sentence, so that a corpus may be measured in parts.
/// </summary>
/// <param name="order">The longest n-grams.</param>
/// <param name="tokenize">Splits a sentence into tokens; null for the 13a tokenizer.</param>
public sealed class Bleu(int order = 4, Func<string, string[]>? tokenize = null)
{
    private readonly Func<string, string[]> _tokenize = tokenize ?? BleuTokenizer.Tokenize;
    private readonly long[] _hits = new long[order], _totals = new long[order];
    private long _length, _referenceLength;

    /// <param name="references">One or more for the sentence.</param>
    public void Add(string hypothesis, params IEnumerable<string> references)
    {
        string[] words = _tokenize(hypothesis);
        string[][] others = [.. references.Select(_tokenize)];
        if (others.Length == 0) throw new ArgumentException("A sentence has one reference at least.", nameof(references));
        _length += words.Length;
        _referenceLength += others.Select(other => other.Length).OrderBy(length => Math.Abs(length - words.Length)).ThenBy(length => length).First();
        for (int n = 1; n <= order; n++)
        {
            Dictionary<string, int> own = Count(words, n);
            Dictionary<string, int>[] counts = [.. others.Select(other => Count(other, n))];
            foreach ((string gram, int count) in own) _hits[n - 1] += Math.Min(count, counts.Max(other => other.GetValueOrDefault(gram)));
            _totals[n - 1] += Math.Max(0, words.Length - n + 1);
        }
    }

    /// <summary>The score of all sentences so far; 0 where an order has no n-grams at all.</summary>
    public double Score()
    {
        if (_hits.All(hits => hits == 0)) return 0;
        double logSum = 0, smoothing = 1;
        for (int n = 0; n < order; n++)
        {
            if (_totals[n] == 0) return 0;
            double precision = 100.0 * _hits[n] / _totals[n];
            if (_hits[n] == 0)
            {
                smoothing *= 2;
                precision = 100 / (smoothing * _totals[n]);
            }

            logSum += PortableMath.Log(precision);
        }

        double brevity = _length >= _referenceLength ? 1 : _length == 0 ? 0 : PortableMath.Exp(1 - ((double)_referenceLength / _length));
        return brevity * PortableMath.Exp(logSum / order);
    }

    private static Dictionary<string, int> Count(string[] words, int n)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        for (int i = 0; i + n <= words.Length; i++)
        {
            string gram = string.Join(' ', words, i, n);
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }

        return counts;
    }
}
