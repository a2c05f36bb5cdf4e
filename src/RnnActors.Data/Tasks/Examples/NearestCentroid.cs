namespace RnnActors.Data.Tasks.Examples;

/// <summary>
/// Nearest-centroid classification. A row is described by the mean and the deviation of each feature over its steps, so rows of any length are comparable. Each
/// of these numbers is divided by its deviation over the training rows.
/// </summary>
internal sealed class NearestCentroid
{
    private readonly double[][] _centroids;
    private readonly double[] _deviations;

    /// <param name="rows">The rows, (steps, features) each.</param>
    public NearestCentroid(IReadOnlyList<float[,]> rows, IReadOnlyList<int> labels, int classes)
    {
        double[][] summaries = [.. rows.Select(Summary)];
        int width = summaries[0].Length;
        double[] mean = Mean(summaries, width);
        _deviations = [.. Enumerable.Range(0, width).Select(i => Math.Sqrt(summaries.Average(row => (row[i] - mean[i]) * (row[i] - mean[i]))))
            .Select(d => d > 0 ? d : 1)];
        _centroids = [.. Enumerable.Range(0, classes).Select(c => Mean([.. summaries.Where((_, row) => labels[row] == c)], width))];
    }

    /// <summary>The nearest class; the first of several.</summary>
    public int Predict(float[,] row)
    {
        double[] summary = Summary(row);
        double[] distances =
            [.. _centroids.Select(centroid => summary.Select((value, i) => (value - centroid[i]) / _deviations[i]).Sum(difference => difference * difference))];
        return Array.IndexOf(distances, distances.Min());
    }

    /// <summary>The description of a row, (2 · features): means, then deviations.</summary>
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
