using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006) of one sequence: −log of the summed probability of all alignments of the target with the frames.
/// An alignment has one label or blank a frame; merging its repeats, then dropping its blanks, gives the target. The forward–backward algorithm runs in log
/// space over the extended labels: the target's, with a blank before, between and after them.
/// </summary>
public static class ReferenceCtc
{
    /// <param name="Loss">−log p(target). Infinite where no alignment exists: a target with r adjacent repeats needs r frames more than labels.</param>
    /// <param name="Gradient">With respect to the logits, before the log-softmax, (T, V); NaN where the loss is infinite, as in PyTorch.</param>
    public sealed record Result(double Loss, double[,] Gradient);

    /// <param name="logits">(T, V), T at least 1.</param>
    /// <param name="target">Labels from 0 to V − 1, none of them blank; may be empty.</param>
    public static Result Compute(double[,] logits, int[] target, int blank = 0)
    {
        int frames = logits.GetLength(0), classes = logits.GetLength(1);
        double[,] logP = new double[frames, classes];
        for (int t = 0; t < frames; t++)
        {
            double logSum = LogSumExp(Row(logits, t));
            for (int k = 0; k < classes; k++) logP[t, k] = logits[t, k] - logSum;
        }

        int[] labels = new int[(2 * target.Length) + 1];
        for (int s = 0; s < labels.Length; s++) labels[s] = s % 2 == 0 ? blank : target[s / 2];

        double[,] alpha = Forward(logP, labels, blank), beta = Backward(logP, labels, blank);

        // Alignments end in the last label or in the blank after it.
        int last = labels.Length - 1;
        double logTotal = last == 0 ? alpha[frames - 1, 0] : LogSumExp(alpha[frames - 1, last], alpha[frames - 1, last - 1]);

        // The gradient of a logit is its probability minus the share of the alignments that have this class in this frame.
        double[,] gradient = new double[frames, classes];
        for (int t = 0; t < frames; t++)
        {
            for (int k = 0; k < classes; k++) gradient[t, k] = Exp(logP[t, k]);
            for (int s = 0; s < labels.Length; s++) gradient[t, labels[s]] -= Exp(alpha[t, s] + beta[t, s] - logTotal);
            if (double.IsNegativeInfinity(logTotal))
                for (int k = 0; k < classes; k++) gradient[t, k] = double.NaN;
        }

        return new Result(-logTotal, gradient);
    }

    /// <summary>α(t, s): log probability of all alignments of frames 0 to t that are at extended label s in frame t.</summary>
    private static double[,] Forward(double[,] logP, int[] labels, int blank)
    {
        int frames = logP.GetLength(0);
        double[,] alpha = new double[frames, labels.Length];
        for (int t = 0; t < frames; t++)
        {
            for (int s = 0; s < labels.Length; s++)
            {
                double before = double.NegativeInfinity;
                if (t == 0)
                {
                    if (s <= 1) before = 0;
                }
                else
                {
                    before = alpha[t - 1, s];
                    if (s >= 1) before = LogSumExp(before, alpha[t - 1, s - 1]);
                    if (s >= 2 && MaySkip(labels, s, blank)) before = LogSumExp(before, alpha[t - 1, s - 2]);
                }

                alpha[t, s] = before + logP[t, labels[s]];
            }
        }

        return alpha;
    }

    /// <summary>β(t, s): log probability of all alignments of the frames after t, given that frame t is at extended label s.</summary>
    private static double[,] Backward(double[,] logP, int[] labels, int blank)
    {
        int frames = logP.GetLength(0), last = labels.Length - 1;
        double[,] beta = new double[frames, labels.Length];
        for (int t = frames - 1; t >= 0; t--)
        {
            for (int s = last; s >= 0; s--)
            {
                if (t == frames - 1)
                {
                    beta[t, s] = s >= last - 1 ? 0 : double.NegativeInfinity;
                    continue;
                }

                double after = beta[t + 1, s] + logP[t + 1, labels[s]];
                if (s + 1 <= last) after = LogSumExp(after, beta[t + 1, s + 1] + logP[t + 1, labels[s + 1]]);
                if (s + 2 <= last && MaySkip(labels, s + 2, blank)) after = LogSumExp(after, beta[t + 1, s + 2] + logP[t + 1, labels[s + 2]]);
                beta[t, s] = after;
            }
        }

        return beta;
    }

    /// <summary>Whether the blank before extended label <paramref name="s"/> may be skipped: not before a blank, nor between equal labels.</summary>
    private static bool MaySkip(int[] labels, int s, int blank) => labels[s] != blank && labels[s] != labels[s - 2];
}
