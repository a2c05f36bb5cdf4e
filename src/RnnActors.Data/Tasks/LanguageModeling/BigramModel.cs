using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>
/// Predicts the next token from the previous one: bigrams with interpolated Kneser-Ney smoothing. p(w | v) = max(0, n(v w) - D) / n(v) + D · N(v ·) / n(v) ·
/// p'(w), where N(v ·) counts the different tokens after v. p'(w) = (N(· w) - D') / N(· ·), plus an equal share for all tokens of what D' takes away. Chen and
/// Goodman 1998, D = 0.75.
/// </summary>
internal sealed class BigramModel
{
    private const double Discount = 0.75;

    private readonly Dictionary<long, int> _pairs = [];
    private readonly int[] _before, _followers, _leaders;
    private readonly int _vocabulary;
    private readonly double _sharedMass;

    /// <param name="text">The training text's tokens, each below <paramref name="vocabulary"/>.</param>
    public BigramModel(ReadOnlySpan<int> text, int vocabulary)
    {
        _vocabulary = vocabulary;
        (_before, _followers, _leaders) = (new int[vocabulary], new int[vocabulary], new int[vocabulary]);
        for (int i = 1; i < text.Length; i++)
        {
            long pair = PairOf(text[i - 1], text[i]);
            int count = _pairs.GetValueOrDefault(pair);
            _pairs[pair] = count + 1;
            _before[text[i - 1]]++;
            if (count > 0) continue;
            _followers[text[i - 1]]++;
            _leaders[text[i]]++;
        }

        _sharedMass = Discount * _leaders.Count(leaders => leaders > 0) / Math.Max(1, _pairs.Count);
    }

    /// <summary>p(<paramref name="next"/> | <paramref name="before"/>).</summary>
    public double Probability(int before, int next)
    {
        double unigram = (Math.Max(0, _leaders[next] - Discount) / Math.Max(1, _pairs.Count)) + ((_pairs.Count == 0 ? 1 : _sharedMass) / _vocabulary);
        if (_before[before] == 0) return unigram;
        double seen = Math.Max(0, _pairs.GetValueOrDefault(PairOf(before, next)) - Discount);
        return (seen + (Discount * _followers[before] * unigram)) / _before[before];
    }

    /// <summary>The most probable token after each token; the first of several.</summary>
    public int[] Likeliest()
    {
        int fallback = 0;
        for (int token = 1; token < _vocabulary; token++)
            if (_leaders[token] > _leaders[fallback]) fallback = token;
        int[] best = new int[_vocabulary], counts = new int[_vocabulary];
        Array.Fill(best, fallback);
        foreach ((long pair, int count) in _pairs)
        {
            (int before, int next) = ((int)(pair / _vocabulary), (int)(pair % _vocabulary));
            if (count > counts[before] || (count == counts[before] && next < best[before])) (best[before], counts[before]) = (next, count);
        }

        return best;
    }

    /// <summary>The loss on the labels of a dataset, each predicted from its input.</summary>
    public LossSum Loss(SequenceDataset data)
    {
        int[] likeliest = Likeliest();
        double sum = 0;
        long count = 0, correct = 0;
        var batch = data.CreateBatch(1);
        for (int row = 0; row < data.Rows; row++)
        {
            data.Read([row], batch);
            for (int t = 0; t < batch.Tokens.Length; t++)
            {
                sum -= PortableMath.Log(Probability(batch.Tokens[t], batch.Labels[t]));
                count++;
                if (likeliest[batch.Tokens[t]] == batch.Labels[t]) correct++;
            }
        }

        return new LossSum(sum, count, correct);
    }

    private long PairOf(int before, int next) => ((long)before * _vocabulary) + next;
}
