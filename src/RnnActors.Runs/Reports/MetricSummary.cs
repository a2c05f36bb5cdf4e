using RnnActors.Core.Metrics;

namespace RnnActors.Runs.Reports;

/// <summary>Summarises the metrics of several runs.</summary>
internal static class MetricSummary
{
    /// <summary>Applies a function to each metric that all lists have, in the order of the first list.</summary>
    public static MetricList Each(IReadOnlyList<MetricList> lists, Func<double[], double> of) => new(lists[0]
        .Where(metric => lists.All(list => list.TryGet(metric.Key, out _)))
        .Select(metric => KeyValuePair.Create(metric.Key, of([.. lists.Select(list => list[metric.Key])]))));

    public static double Mean(double[] values) => values.Sum() / values.Length;

    /// <summary>The standard deviation with divisor n - 1; 0 for one value.</summary>
    public static double Deviation(double[] values)
    {
        if (values.Length < 2) return 0;
        double mean = Mean(values);
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
