using System.Text;

namespace RnnActors.Core.Metrics;

/// <summary>
/// chrF from 0 to 100, as sacreBLEU computes it by default: the F score of character n-grams up to an order, without white space. Precision and recall are
/// averaged over the orders that both sides have. Each sentence counts with its best reference. Popović 2015.
/// </summary>
/// <param name="order">The longest n-grams.</param>
/// <param name="beta">How many times more recall counts than precision.</param>
/// <param name="keepsWhitespace">Whether white space counts as characters do.</param>
public sealed class ChrF(int order = 6, double beta = 2, bool keepsWhitespace = false)
{
    private readonly long[] _hits = new long[order], _hypothesis = new long[order], _reference = new long[order];

    /// <param name="references">One or more for the sentence.</param>
    public void Add(string hypothesis, params IEnumerable<string> references)
    {
        (long[] Hits, long[] Hypothesis, long[] Reference)? best = null;
        double highest = -1;
        foreach (string reference in references)
        {
            var statistics = Compare(Letters(hypothesis), Letters(reference));
            double score = Score(statistics.Hits, statistics.Hypothesis, statistics.Reference);
            if (score > highest) (best, highest) = (statistics, score);
        }

        if (best is not { } chosen) throw new ArgumentException("A sentence has one reference at least.", nameof(references));
        for (int n = 0; n < order; n++)
        {
            _hits[n] += chosen.Hits[n];
            _hypothesis[n] += chosen.Hypothesis[n];
            _reference[n] += chosen.Reference[n];
        }
    }

    /// <summary>The score of all sentences so far.</summary>
    public double Score() => Score(_hits, _hypothesis, _reference);

    private Rune[] Letters(string text) => [.. text.TrimEnd().EnumerateRunes().Where(rune => keepsWhitespace || !Rune.IsWhiteSpace(rune))];

    private (long[] Hits, long[] Hypothesis, long[] Reference) Compare(Rune[] hypothesis, Rune[] reference)
    {
        (long[] hits, long[] own, long[] other) = (new long[order], new long[order], new long[order]);
        for (int n = 1; n <= order; n++)
        {
            Dictionary<string, int> a = Count(hypothesis, n), b = Count(reference, n);
            hits[n - 1] = a.Sum(gram => (long)Math.Min(gram.Value, b.GetValueOrDefault(gram.Key)));
            own[n - 1] = Math.Max(0, hypothesis.Length - n + 1);
            other[n - 1] = Math.Max(0, reference.Length - n + 1);
        }

        return (hits, own, other);
    }

    private double Score(long[] hits, long[] hypothesis, long[] reference)
    {
        double precision = 0, recall = 0;
        int effective = 0;
        for (int n = 0; n < order; n++)
        {
            if (hypothesis[n] == 0 || reference[n] == 0) continue;
            precision += (double)hits[n] / hypothesis[n];
            recall += (double)hits[n] / reference[n];
            effective++;
        }

        if (effective == 0) return 0;
        (precision, recall) = (precision / effective, recall / effective);
        double weight = beta * beta;
        return precision + recall == 0 ? 0 : 100 * (1 + weight) * precision * recall / ((weight * precision) + recall);
    }

    private static Dictionary<string, int> Count(Rune[] letters, int n)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        for (int i = 0; i + n <= letters.Length; i++)
        {
            string gram = string.Concat(letters.Skip(i).Take(n));
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }

        return counts;
    }
}
