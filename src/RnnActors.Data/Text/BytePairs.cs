using System.Collections.Concurrent;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Text;

/// <summary>
/// Byte-pair encoding: starting from characters, the most frequent pair of adjacent symbols within words is repeatedly merged into a new symbol. Of equally
/// frequent pairs the first in ordinal order is merged, so that the result depends only on the words' counts. Sennrich et al. 2016.
/// </summary>
internal sealed class BytePairs
{
    /// <summary>Precedes each word after a space: U+2581, as in SentencePiece.</summary>
    public const char WordMark = '\u2581';

    /// <summary>The maximum number of words whose subwords are cached, since a service meets new words for ever.</summary>
    private const int MaxKnown = 1 << 18;

    private readonly Dictionary<(string, string), int> _ranks;
    private readonly ConcurrentDictionary<string, string[]> _known = new(StringComparer.Ordinal);
    private int _knownCount;

    /// <param name="merges">Pairs, in the order in which they were learnt.</param>
    public BytePairs(IReadOnlyList<(string Left, string Right)> merges)
    {
        Merges = merges;
        _ranks = merges.Select((pair, rank) => (pair, rank)).ToDictionary(one => one.pair, one => one.rank);
    }

    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <param name="merges">Each is a pair, separated by a space.</param>
    /// <param name="name">Their name in messages.</param>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public static BytePairs Restore(IReadOnlyList<string> merges, string name)
    {
        string[][] pairs = [.. merges.Select(merge => merge.Split(' '))];
        return pairs.All(pair => pair.Length == 2) && pairs.DistinctBy(pair => (pair[0], pair[1])).Count() == pairs.Length
            ? new BytePairs([.. pairs.Select(pair => (pair[0], pair[1]))])
            : throw new InvalidInputException(
                "the vocabulary is one with a merge that is no pair", "Use the checkpoint as it was written", new SourceLocation(name));
    }

    /// <summary>The error for a text that contains the mark itself.</summary>
    /// <param name="where">What contains it.</param>
    public static InvalidInputException HasMark(string where) => new(
        $"{where} has U+2581 (▁), which marks the beginnings of words among byte pairs", "Leave the sign out, or choose another data.unit");

    /// <summary>Learns merges.</summary>
    /// <param name="words">The words of the training text, with <see cref="WordMark"/>, each as often as it occurs.</param>
    /// <param name="count">The maximum number of merges; fewer if no pair occurs twice.</param>
    /// <param name="reserved">Symbols that no merge may produce, since they have another meaning.</param>
    public static BytePairs Learn(IEnumerable<string> words, int count, IReadOnlyCollection<string> reserved)
    {
        (List<string> Symbols, int Count)[] types =
        [
            .. words.GroupBy(word => word, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => (TextCutter.Characters.Cut(group.Key).ToList(), group.Count())),
        ];
        Dictionary<(string, string), int> pairs = [];
        Dictionary<(string, string), HashSet<int>> places = [];
        HashSet<(string, string)> changed = [];
        for (int type = 0; type < types.Length; type++) Count(type, 1);

        // The queue also contains outdated counts of pairs, which are skipped.
        PriorityQueue<(string, string), (int Count, (string, string) Pair)> queue = new(Comparer<(int Count, (string, string) Pair)>.Create((a, b) =>
            b.Count.CompareTo(a.Count) is var first and not 0 ? first : Compare(a.Pair, b.Pair)));
        Enqueue();
        List<(string, string)> merges = [];
        while (merges.Count < count && queue.TryDequeue(out (string Left, string Right) best, out var priority))
        {
            if (pairs.GetValueOrDefault(best) != priority.Count || reserved.Contains(best.Left + best.Right)) continue;
            if (priority.Count < 2) break;
            merges.Add(best);
            foreach (int type in places[best].Order().ToArray())
            {
                Count(type, -1);
                Merge(types[type].Symbols, best);
                Count(type, 1);
            }

            Enqueue();
        }

        return new BytePairs(merges);

        void Count(int type, int sign)
        {
            List<string> symbols = types[type].Symbols;
            for (int i = 1; i < symbols.Count; i++)
            {
                var pair = (symbols[i - 1], symbols[i]);
                int left = pairs.GetValueOrDefault(pair) + (sign * types[type].Count);
                if (left > 0) pairs[pair] = left;
                else pairs.Remove(pair);
                changed.Add(pair);
                if (!places.TryGetValue(pair, out var at)) places[pair] = at = [];
                if (sign > 0) at.Add(type);
                else at.Remove(type);
            }
        }

        void Enqueue()
        {
            foreach (var pair in changed) if (pairs.TryGetValue(pair, out int left)) queue.Enqueue(pair, (left, pair));
            changed.Clear();
        }
    }

    /// <summary>The subwords of a word: merges are applied in the order in which they were learnt.</summary>
    public IReadOnlyList<string> Cut(string word)
    {
        if (_known.TryGetValue(word, out string[]? known)) return known;
        List<string> symbols = [.. TextCutter.Characters.Cut(word)];
        while (symbols.Count > 1)
        {
            int rank = Enumerable.Range(1, symbols.Count - 1).Min(i => _ranks.GetValueOrDefault((symbols[i - 1], symbols[i]), int.MaxValue));
            if (rank == int.MaxValue) break;
            Merge(symbols, Merges[rank]);
        }

        string[] cut = [.. symbols];
        if (Volatile.Read(ref _knownCount) < MaxKnown && _known.TryAdd(word, cut)) Interlocked.Increment(ref _knownCount);
        return cut;
    }

    private static void Merge(List<string> symbols, (string Left, string Right) pair)
    {
        for (int i = 1; i < symbols.Count; i++)
        {
            if (symbols[i - 1] != pair.Left || symbols[i] != pair.Right) continue;
            symbols[i - 1] = pair.Left + pair.Right;
            symbols.RemoveAt(i);
        }
    }

    private static int Compare((string, string) a, (string, string) b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is var first and not 0 ? first : string.CompareOrdinal(a.Item2, b.Item2);
}
