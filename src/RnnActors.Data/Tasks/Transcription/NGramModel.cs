using RnnActors.Core.Generation;
using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>
/// An n-gram model of symbols, with interpolated Witten-Bell smoothing down to a uniform distribution. p(w | h) = (n(h w) + N(h ·) p(w | shorter h)) / (n(h) +
/// N(h ·)). Witten and Bell 1991; Chen and Goodman 1998.
/// </summary>
internal sealed class NGramModel : ICtcLanguageModel
{
    private const int Order = 4;

    private readonly Dictionary<string, (int Count, Dictionary<int, int> Next)> _contexts = new(StringComparer.Ordinal);
    private readonly int _vocabulary, _end;
    private readonly double _weight;

    /// <param name="lines">The symbols of each line of the text.</param>
    /// <param name="vocabulary">The number of symbols.</param>
    /// <param name="end">The symbol for the end of a line, which no line contains, such as the blank.</param>
    /// <param name="weight">The weight of a log probability.</param>
    public NGramModel(IEnumerable<int[]> lines, int vocabulary, int end, double weight)
    {
        (_vocabulary, _end, _weight) = (vocabulary, end, weight);
        foreach (int[] line in lines)
        {
            int[] symbols = [.. line, end];
            for (int i = 0; i < symbols.Length; i++)
                for (int length = 0; length < Order && length <= i; length++) Add(symbols.AsSpan(i - length, length), symbols[i]);
        }
    }

    public double Score(ReadOnlySpan<int> before, int label) => _weight * PortableMath.Log(Probability(before, label));

    public double ScoreEnd(ReadOnlySpan<int> labels) => Score(labels, _end);

    /// <summary>p(<paramref name="next"/> | the last symbols of <paramref name="before"/>).</summary>
    public double Probability(ReadOnlySpan<int> before, int next)
    {
        double probability = 1.0 / _vocabulary;
        for (int length = 0; length < Order && length <= before.Length; length++)
        {
            if (!_contexts.TryGetValue(KeyOf(before[^length..]), out var context)) break;
            probability = (context.Next.GetValueOrDefault(next) + (context.Next.Count * probability)) / (context.Count + context.Next.Count);
        }

        return probability;
    }

    private static string KeyOf(ReadOnlySpan<int> symbols) => string.Join(' ', symbols.ToArray());

    private void Add(ReadOnlySpan<int> before, int next)
    {
        string key = KeyOf(before);
        if (!_contexts.TryGetValue(key, out var context)) context = (0, []);
        context.Next[next] = context.Next.GetValueOrDefault(next) + 1;
        _contexts[key] = (context.Count + 1, context.Next);
    }
}
