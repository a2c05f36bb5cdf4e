using System.Collections;
using System.Globalization;

namespace RnnActors.Core.Metrics;

/// <summary>Named metrics in display order. Prints as <c>rmse 17.9  mae 13.1</c>; <see cref="ToDictionary"/> serves JSON.</summary>
public sealed class MetricList : IReadOnlyList<KeyValuePair<string, double>>
{
    private readonly KeyValuePair<string, double>[] _metrics;

    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public MetricList(params IEnumerable<KeyValuePair<string, double>> metrics)
    {
        _metrics = [.. metrics];
        if (_metrics.DistinctBy(metric => metric.Key).Count() != _metrics.Length) throw new ArgumentException("A metric is named twice.", nameof(metrics));
    }

    public static MetricList Empty { get; } = new();

    public int Count => _metrics.Length;

    public KeyValuePair<string, double> this[int index] => _metrics[index];

    /// <exception cref="KeyNotFoundException">There is no such metric.</exception>
    public double this[string name] => TryGet(name, out double value) ? value : throw new KeyNotFoundException($"There is no metric '{name}'.");

    public bool TryGet(string name, out double value)
    {
        foreach (KeyValuePair<string, double> metric in _metrics)
        {
            if (metric.Key != name) continue;
            value = metric.Value;
            return true;
        }

        value = double.NaN;
        return false;
    }

    /// <summary>A copy with one more metric at the end.</summary>
    public MetricList With(string name, double value) => new(_metrics.Append(new(name, value)));

    /// <summary>Name to value, in the same order.</summary>
    public OrderedDictionary<string, double> ToDictionary() => new(_metrics);

    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => _metrics.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() =>
        string.Join("  ", _metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:G5}")));
}
