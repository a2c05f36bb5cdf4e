using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Layers;

namespace RnnActors.Core.Generation;

/// <summary>The hypotheses of one source in beam search: the live ones and the finished ones.</summary>
/// <param name="sourceLength">Steps of the source whose attention weights are kept; 0 for none.</param>
/// <param name="excluded">A token that no hypothesis may contain; null for none.</param>
internal sealed class Beam(DecodingSpec spec, int vocabulary, int sourceLength, int? excluded = null)
{
    private readonly List<Hypothesis> _finished = [];
    private readonly List<int> _parents = [];
    private readonly Candidate[] _best = new Candidate[2 * spec.BeamWidth];
    private List<Live> _live = [new([], 0, [])];
    private int _steps;

    public bool IsDone => _steps >= spec.MaxLength || _live.Count == 0 || _finished.Count >= spec.BeamWidth;

    /// <summary>For each live hypothesis, the index of the one that it extended.</summary>
    public IReadOnlyList<int> Parents => _parents;

    /// <summary>The token that the decoder reads next for a live hypothesis: its last one, or the begin token where it has none.</summary>
    public int LastTokenOf(int hypothesis) => hypothesis < _live.Count && _live[hypothesis].Tokens.Length > 0 ? _live[hypothesis].Tokens[^1] : spec.Begin;

    /// <summary>Extends every live hypothesis by a token and keeps the best.</summary>
    /// <param name="logits">(live hypotheses, vocabulary).</param>
    /// <param name="attention">Attention weights of all rows of the pass; empty where they are not kept.</param>
    /// <param name="first">The row of the pass that is the first hypothesis.</param>
    public void Extend(ReadOnlySpan<float> logits, AttentionView attention, int first)
    {
        _steps++;
        int count = FindBest(logits);
        List<Live> next = [];
        _parents.Clear();
        for (int rank = 0; rank < count; rank++)
        {
            (int parent, int token, double logProbability) = _best[rank];
            if (token != spec.End && next.Count == spec.BeamWidth) continue;
            if (token == spec.End && rank >= spec.BeamWidth) continue;
            Live before = _live[parent];
            var extended = new Live(
                [.. before.Tokens, token], logProbability, sourceLength == 0 ? [] : [.. before.Attention, attention.RowOf(first + parent, sourceLength)]);
            if (token == spec.End)
            {
                _finished.Add(Finish(extended));
                continue;
            }

            next.Add(extended);
            _parents.Add(parent);
        }

        _live = next;
    }

    /// <summary>The hypotheses, the best score first. Where too few have finished, live ones are included.</summary>
    public IReadOnlyList<Hypothesis> Best()
    {
        IEnumerable<Hypothesis> all = _finished.Count < spec.BeamWidth ? _finished.Concat(_live.Select(Finish)) : _finished;
        return [.. all.OrderByDescending(one => one.Score).Take(spec.BeamWidth)];
    }

    /// <summary>The likeliest extensions in order. Ties go to the earlier hypothesis, then to the lower token.</summary>
    private int FindBest(ReadOnlySpan<float> logits)
    {
        int count = 0;
        for (int row = 0; row < _live.Count; row++)
        {
            ReadOnlySpan<float> own = logits.Slice(row * vocabulary, vocabulary);
            double before = _live[row].LogProbability, logSum = Softmax.LogSumExp(own);
            for (int token = 0; token < own.Length; token++)
            {
                if (token == excluded) continue;
                double logProbability = before + own[token] - logSum;
                if (count == _best.Length && !(logProbability > _best[count - 1].LogProbability)) continue;
                int at = count < _best.Length ? count++ : count - 1;
                for (; at > 0 && logProbability > _best[at - 1].LogProbability; at--) _best[at] = _best[at - 1];
                _best[at] = new Candidate(row, token, logProbability);
            }
        }

        return count;
    }

    private Hypothesis Finish(Live live)
    {
        double penalty = PortableMath.Exp(spec.LengthPenalty * PortableMath.Log((5.0 + live.Tokens.Length) / 6));
        return new Hypothesis(live.Tokens, live.LogProbability, live.LogProbability / penalty) { Attention = live.Attention };
    }

    private sealed record Live(int[] Tokens, double LogProbability, float[][] Attention);

    private readonly record struct Candidate(int Parent, int Token, double LogProbability);
}
