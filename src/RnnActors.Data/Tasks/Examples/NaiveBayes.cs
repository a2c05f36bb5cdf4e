using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>
/// Multinomial naive Bayes over the tokens of a row, with add-one smoothing: the class c with the largest log n_c / n + Σ_w log (n_cw + 1) / (n_c· + V).
/// Manning, Raghavan and Schütze 2008, chapter 13.
/// </summary>
internal sealed class NaiveBayes
{
    private readonly double[,] _counts, _logLikelihoods;
    private readonly double[] _totals, _logPriors;

    public NaiveBayes(IReadOnlyList<int[]> rows, int vocabulary, IReadOnlyList<int> labels, int classes)
    {
        double[,] counts = _counts = new double[classes, vocabulary];
        double[] priors = new double[classes], totals = _totals = new double[classes];
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

    /// <summary>
    /// The log-count ratio of each token for each class against the others: log (n_cw + 1) / (n_c· + V) minus the same for all other classes together. Wang and
    /// Manning 2012, section 2.1, one against the rest.
    /// </summary>
    /// <returns>(tokens, classes).</returns>
    public float[][] Weights()
    {
        int classes = _logPriors.Length, vocabulary = _counts.GetLength(1);
        float[][] weights = new float[vocabulary][];
        double all = _totals.Sum();
        for (int token = 0; token < vocabulary; token++)
        {
            double count = 0;
            for (int c = 0; c < classes; c++) count += _counts[c, token];
            weights[token] = new float[classes];
            for (int c = 0; c < classes; c++)
                weights[token][c] = (float)(_logLikelihoods[c, token] - PortableMath.Log((count - _counts[c, token] + 1) / (all - _totals[c] + vocabulary)));
        }

        return weights;
    }

    /// <summary>The most probable class; the first of several.</summary>
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
