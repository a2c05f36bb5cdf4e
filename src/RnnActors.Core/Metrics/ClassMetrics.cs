namespace RnnActors.Core.Metrics;

/// <summary>
/// How well classes are predicted, from a confusion matrix n, where n[t, p] counts the rows of class t that were predicted as class p. Accuracy is
/// Σ n[c, c] / Σ n. Each class has precision n[c, c] / Σ_t n[t, c], recall n[c, c] / Σ_p n[c, p] and F1, their harmonic mean; each is 0 where its divisor is.
/// Macro F1 is the mean over the classes that occur in truth or prediction; weighted F1 weights each class by its rows. Balanced accuracy is the mean recall of
/// the classes that occur in truth. The definitions are scikit-learn's.
/// </summary>
public sealed class ClassMetrics
{
    private readonly long[,] _confusion;

    /// <param name="classes">C.</param>
    public ClassMetrics(int classes) => _confusion = new long[classes, classes];

    /// <param name="truth">(n), each in [0, C).</param>
    /// <param name="predicted">(n), each in [0, C).</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ClassMetrics Of(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classes)
    {
        if (truth.Length != predicted.Length) throw new ArgumentException($"{truth.Length} true classes, {predicted.Length} predicted ones.");
        var metrics = new ClassMetrics(classes);
        for (int i = 0; i < truth.Length; i++) metrics.Add(truth[i], predicted[i]);
        return metrics;
    }

    public int Classes => _confusion.GetLength(0);

    /// <summary>The number of rows, Σ n.</summary>
    public long Count { get; private set; }

    /// <summary>n[t, p]: rows of class t that were predicted as class p.</summary>
    public long this[int truth, int predicted] => _confusion[truth, predicted];

    public double Accuracy => Divide(Sum(c => _confusion[c, c]), Count);

    public double MacroF1 => Mean(Present, F1);

    public double WeightedF1 => Divide(Enumerable.Range(0, Classes).Sum(c => F1(c) * Support(c)), Count);

    public double BalancedAccuracy => Mean(Enumerable.Range(0, Classes).Where(c => Support(c) > 0), Recall);

    /// <summary>Classes that occur in truth or prediction.</summary>
    public IEnumerable<int> Present => Enumerable.Range(0, Classes).Where(c => Support(c) + Predicted(c) > 0);

    public void Add(int truth, int predicted)
    {
        _confusion[truth, predicted]++;
        Count++;
    }

    /// <summary>Rows of a class.</summary>
    public long Support(int c) => Sum(p => _confusion[c, p]);

    /// <summary>Rows that were predicted as a class.</summary>
    public long Predicted(int c) => Sum(t => _confusion[t, c]);

    public double Precision(int c) => Divide(_confusion[c, c], Predicted(c));

    public double Recall(int c) => Divide(_confusion[c, c], Support(c));

    public double F1(int c) => Divide(2 * _confusion[c, c], Support(c) + Predicted(c));

    /// <summary>Accuracy and macro F1.</summary>
    public MetricList ToMetrics() => new(new(MetricNames.Accuracy, Accuracy), new(MetricNames.MacroF1, MacroF1));

    /// <summary>Precision, recall, F1 and support of a class.</summary>
    public MetricList ToMetrics(int c) => new(
        new(MetricNames.Precision, Precision(c)), new(MetricNames.Recall, Recall(c)), new(MetricNames.F1, F1(c)), new(MetricNames.Support, Support(c)));

    private static double Mean(IEnumerable<int> classes, Func<int, double> of)
    {
        double[] values = [.. classes.Select(of)];
        return values.Length == 0 ? 0 : values.Sum() / values.Length;
    }

    private static double Divide(double a, double b) => b == 0 ? 0 : a / b;

    private long Sum(Func<int, long> of)
    {
        long sum = 0;
        for (int i = 0; i < Classes; i++) sum += of(i);
        return sum;
    }
}
