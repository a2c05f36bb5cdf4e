namespace RnnActors.Data.Tasks.Examples;

/// <summary>
/// The class whose centroid is nearest to a row, in the means and deviations of its features over its steps, each divided by its deviation over the training
/// rows. Rows of any length have as many such numbers.
/// </summary>
internal sealed class NearestCentroid
{
    private readonly double[][] _centroids;
    private readonly double[] _deviations;

    /// <param name="rows">(steps, features) each.</param>
    public NearestCentroid(IReadOnlyList<float[,]> rows, IReadOnlyList<int> labels, int classes)
    {
        double[][] summaries = [.. rows.Select(Summary)];
        int width = summaries[0].Length;
        double[] mean = Mean(summaries, width);
        _deviations = [.. Enumerable.Range(0, width).Select(i => Math.Sqrt(summaries.Average(row => (row[i] - mean[i]) * (row[i] - mean[i]))))
            .Select(d => d > 0 ? d : 1)];
        _centroids = [.. Enumerable.Range(0, classes).Select(c => Mean([.. summaries.Where((_, row) => labels[row] == c)], width))];
    }

    /// <summary>The nearest class; the first of equally near ones.</summary>
    public int Predict(float[,] row)
    {
        double[] summary = Summary(row);
        double[] distances =
            [.. _centroids.Select(centroid => summary.Select((value, i) => (value - centroid[i]) / _deviations[i]).Sum(difference => difference * difference))];
        return Array.IndexOf(distances, distances.Min());
    }

    /// <summary>(2 features): means, then deviations.</summary>
    private static double[] Summary(float[,] row)
    {
        int steps = row.GetLength(0), features = row.GetLength(1);
        double[] summary = new double[2 * features];
        for (int f = 0; f < features; f++)
        {
            double sum = 0, squares = 0;
            for (int t = 0; t < steps; t++)
            {
                sum += row[t, f];
                squares += (double)row[t, f] * row[t, f];
            }

            summary[f] = sum / steps;
            summary[features + f] = Math.Sqrt(Math.Max(0, (squares / steps) - (summary[f] * summary[f])));
        }

        return summary;
    }

    private static double[] Mean(double[][] rows, int width) => [.. Enumerable.Range(0, width).Select(i => rows.Length == 0 ? 0 : rows.Average(row => row[i]))];
}
