using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>
/// Multinomial naive Bayes over the tokens of a row, with one added to every count: the class c of largest log n_c / n + Σ_w log (n_cw + 1) / (n_c· + V).
/// Manning, Raghavan and Schütze 2008, chapter 13.
/// </summary>
internal sealed class NaiveBayes
{
    private readonly double[,] _logLikelihoods;
    private readonly double[] _logPriors;

    public NaiveBayes(IReadOnlyList<int[]> rows, int vocabulary, IReadOnlyList<int> labels, int classes)
    {
        double[,] counts = new double[classes, vocabulary];
        double[] priors = new double[classes], totals = new double[classes];
        for (int row = 0; row < rows.Count; row++)
        {
            priors[labels[row]]++;
            foreach (int token in rows[row])
            {
                counts[labels[row], token]++;
                totals[labels[row]]++;
            }
        }

        _logPriors = [.. priors.Select(count => PortableMath.Log((count + 1) / (rows.Count + classes)))];
        _logLikelihoods = new double[classes, vocabulary];
        for (int c = 0; c < classes; c++)
            for (int token = 0; token < vocabulary; token++) _logLikelihoods[c, token] = PortableMath.Log((counts[c, token] + 1) / (totals[c] + vocabulary));
    }

    /// <summary>The likeliest class; the first of equally likely ones.</summary>
    public int Predict(int[] row)
    {
        int best = 0;
        double highest = double.NegativeInfinity;
        for (int c = 0; c < _logPriors.Length; c++)
        {
            double sum = _logPriors[c];
            foreach (int token in row) sum += _logLikelihoods[c, token];
            if (sum > highest) (best, highest) = (c, sum);
        }

        return best;
    }
}
