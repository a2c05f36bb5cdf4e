using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Generation;

/// <summary>A label sequence decoded from a CTC model's outputs.</summary>
/// <param name="Labels">The labels, without blanks.</param>
/// <param name="LogProbability">In nats: of the best path for greedy decoding, of all paths in the beam for beam search.</param>
public sealed record CtcHypothesis(IReadOnlyList<int> Labels, double LogProbability)
{
    /// <summary>What hypotheses are ranked by: the log probability plus the language model's score.</summary>
    public double Score { get; init; } = LogProbability;
}

/// <summary>A language model that scores hypotheses (shallow fusion).</summary>
public interface ICtcLanguageModel
{
    /// <summary>The score for a label that follows others: its weighted log probability, with a bonus for length.</summary>
    double Score(ReadOnlySpan<int> before, int label);

    /// <summary>The score for the end of the sequence after all labels.</summary>
    double ScoreEnd(ReadOnlySpan<int> labels);
}

/// <summary>Decodes a CTC model's outputs into label sequences. The softmax is taken here. Graves et al. 2006; prefix beam search as in Hannun et al.
/// 2014.</summary>
public static class CtcDecoder
{
    /// <summary>Takes the best class of each frame, merges repeats and drops blanks. Ties go to the lower class.</summary>
    /// <param name="logits">(frames, classes).</param>
    public static CtcHypothesis Greedy(ReadOnlySpan<float> logits, int classes, int blank)
    {
        List<int> labels = [];
        double sum = 0;
        int before = blank;
        for (int at = 0; at < logits.Length; at += classes)
        {
            ReadOnlySpan<float> frame = logits.Slice(at, classes);
            int best = 0;
            for (int c = 1; c < classes; c++)
                if (frame[c] > frame[best]) best = c;
            sum += frame[best] - Softmax.LogSumExp(frame);
            if (best != blank && best != before) labels.Add(best);
            before = best;
        }

        return new CtcHypothesis(labels, sum);
    }

    /// <summary>
    /// Prefix beam search. Each prefix carries two log probabilities: of its paths that end in blank, and of those that end in its last label. After each frame
    /// the <paramref name="width"/> likeliest prefixes stay.
    /// </summary>
    /// <param name="logits">(frames, classes).</param>
    /// <param name="width">The beam's width: how many prefixes are followed at once.</param>
    /// <param name="count">The most hypotheses to return, the best first.</param>
    /// <param name="language">A language model for the scores; null for none.</param>
    public static IReadOnlyList<CtcHypothesis> Beam(ReadOnlySpan<float> logits, int classes, int blank, int width, int count = 1,
        ICtcLanguageModel? language = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        List<Prefix> beam = [Prefix.Empty];
        double[] logs = new double[classes];
        for (int at = 0; at < logits.Length; at += classes)
        {
            ReadOnlySpan<float> frame = logits.Slice(at, classes);
            double logSum = Softmax.LogSumExp(frame);
            for (int c = 0; c < classes; c++) logs[c] = frame[c] - logSum;
            beam = Step(beam, logs, blank, width, language);
        }

        IEnumerable<CtcHypothesis> all = beam.Select(prefix => new CtcHypothesis(prefix.Labels, prefix.Total)
        {
            Score = prefix.Total + prefix.Language + (language?.ScoreEnd(prefix.Labels) ?? 0),
        });
        return [.. all.OrderByDescending(one => one.Score).Take(count)];
    }

    private static List<Prefix> Step(List<Prefix> beam, double[] logs, int blank, int width, ICtcLanguageModel? language)
    {
        Dictionary<Prefix, int> places = new(beam.Count, PrefixLabels.Instance);
        List<Prefix> next = [];
        foreach (Prefix prefix in beam)
        {
            // The prefix stays the same after a blank, or after its last label again.
            Place(prefix.Again(prefix.Total + logs[blank], prefix.Labels.Length > 0 ? prefix.Labelled + logs[prefix.Labels[^1]] : double.NegativeInfinity));
            for (int label = 0; label < logs.Length; label++)
            {
                if (label == blank) continue;
                bool repeats = prefix.Labels.Length > 0 && prefix.Labels[^1] == label;
                double log = (repeats ? prefix.Blank : prefix.Total) + logs[label];
                if (double.IsNegativeInfinity(log)) continue;
                Place(prefix.With(label, log, prefix.Language + (language?.Score(prefix.Labels, label) ?? 0)));
            }
        }

        return [.. next.OrderByDescending(prefix => prefix.Total + prefix.Language).Take(width)];

        void Place(Prefix prefix)
        {
            if (places.TryGetValue(prefix, out int at)) next[at] = next[at].Plus(prefix);
            else
            {
                places[prefix] = next.Count;
                next.Add(prefix);
            }
        }
    }

    private static double LogAdd(double a, double b)
    {
        (double low, double high) = a < b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(low) ? high : high + PortableMath.Log(1 + PortableMath.Exp(low - high));
    }

    /// <param name="Blank">The log probability of the paths that end in blank.</param>
    /// <param name="Labelled">The log probability of the paths that end in the last label.</param>
    /// <param name="Language">The language model's score so far.</param>
    private sealed record Prefix(int[] Labels, double Blank, double Labelled, double Language)
    {
        public static readonly Prefix Empty = new([], 0, double.NegativeInfinity, 0);

        public double Total { get; } = LogAdd(Blank, Labelled);

        public Prefix Again(double blank, double labelled) => new(Labels, blank, labelled, Language);

        public Prefix With(int label, double log, double language) => new([.. Labels, label], double.NegativeInfinity, log, language);

        public Prefix Plus(Prefix other) => new(Labels, LogAdd(Blank, other.Blank), LogAdd(Labelled, other.Labelled), Language);
    }

    /// <summary>Prefixes are equal where their labels are.</summary>
    private sealed class PrefixLabels : IEqualityComparer<Prefix>
    {
        public static readonly PrefixLabels Instance = new();

        public bool Equals(Prefix? x, Prefix? y) => x is not null && y is not null && x.Labels.AsSpan().SequenceEqual(y.Labels);

        public int GetHashCode(Prefix prefix)
        {
            var hash = default(HashCode);
            foreach (int label in prefix.Labels) hash.Add(label);
            return hash.ToHashCode();
        }
    }
}
