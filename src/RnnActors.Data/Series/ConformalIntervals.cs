namespace RnnActors.Data.Series;

/// <summary>
/// Prediction intervals around any forecaster's forecasts (split conformal prediction: Vovk et al. 2005, Lei et al. 2018). They are made from its residuals r =
/// y - ŷ on calibration rows that it was not trained on. If these and later rows are exchangeable, an interval covers the actual value with a probability of at
/// least its level, for any forecaster and distribution. Series drift, so the coverage should be measured too.
/// </summary>
public sealed class ConformalIntervals
{
    /// <summary>(n + 1)·level is an integer for usual levels, but its floating-point product may be slightly larger.</summary>
    private const double Rounding = 1e-9;

    private readonly double[] _levels;
    private readonly double[] _lower; // (levels, outputs)
    private readonly double[] _upper; // (levels, outputs)
    private readonly bool[] _reached; // (levels, outputs)
    private readonly double[][] _sorted; // for each output: its residuals, or their absolute values for symmetric intervals

    private ConformalIntervals(double[] levels, int outputs, bool symmetric)
    {
        _levels = levels;
        Outputs = outputs;
        IsSymmetric = symmetric;
        _lower = new double[levels.Length * outputs];
        _upper = new double[levels.Length * outputs];
        _reached = new bool[levels.Length * outputs];
        _sorted = new double[outputs][];
    }

    public IReadOnlyList<double> Levels => _levels;

    public int Outputs { get; }

    /// <summary>Whether the intervals extend as far below the forecasts as above.</summary>
    public bool IsSymmetric { get; }

    /// <summary>The residuals of an output in ascending order; their absolute values for symmetric intervals.</summary>
    internal double[] SortedOf(int output) => _sorted[output];

    /// <summary>Whether no output has a residual.</summary>
    internal bool IsEmpty => Array.TrueForAll(_sorted, known => known.Length == 0);

    /// <summary>Asymmetric intervals if each output has enough residuals for each level, else symmetric ones, which need half as many.</summary>
    /// <inheritdoc cref="FitSymmetric(ReadOnlySpan{double}, int, IReadOnlyList{double}, ReadOnlySpan{double})"/>
    public static ConformalIntervals Fit(ReadOnlySpan<double> residuals, int outputs, IReadOnlyList<double> levels, ReadOnlySpan<double> scales = default)
    {
        double[][] known = Known(residuals, outputs, levels, scales);
        return Fit(output => known[output], outputs, levels);
    }

    /// <param name="known">The residuals of an output, without NaN, in an array that is sorted and kept.</param>
    internal static ConformalIntervals Fit(Func<int, double[]> known, int outputs, IReadOnlyList<double> levels)
    {
        ConformalIntervals asymmetric = FitAsymmetric(known, outputs, levels);
        if (asymmetric._reached.All(reached => reached)) return asymmetric;
        return FitSymmetric(output => asymmetric._sorted[output], outputs, levels);
    }

    /// <summary>
    /// ŷ ± the ⌈(n + 1)·level⌉-th smallest |r| of the output. Best for few residuals (a level of 0.95 needs 19) and for errors that are as often above as
    /// below.
    /// </summary>
    /// <param name="residuals">(rows, outputs), actual minus forecast. NaN is ignored.</param>
    /// <param name="levels">Such as 0.8 and 0.95.</param>
    /// <param name="scales">(rows), or empty: each row's scale, such as that of its series. Residuals are divided by it, and intervals multiplied.</param>
    public static ConformalIntervals FitSymmetric(
        ReadOnlySpan<double> residuals, int outputs, IReadOnlyList<double> levels, ReadOnlySpan<double> scales = default)
    {
        double[][] known = Known(residuals, outputs, levels, scales);
        return FitSymmetric(output => known[output], outputs, levels);
    }

    private static ConformalIntervals FitSymmetric(Func<int, double[]> known, int outputs, IReadOnlyList<double> levels)
    {
        ConformalIntervals intervals = new([.. levels], outputs, symmetric: true);
        for (int output = 0; output < outputs; output++)
        {
            double[] sizes = known(output);
            for (int i = 0; i < sizes.Length; i++) sizes[i] = Math.Abs(sizes[i]);
            Array.Sort(sizes);
            intervals.TakeSorted(output, sizes);
        }

        return intervals;
    }

    /// <summary>
    /// From ŷ + the ⌊(n + 1)(1 - level)/2⌋-th smallest r to ŷ + the ⌈(n + 1)(1 + level)/2⌉-th. Best for skewed or biased errors, such as those of counts, of
    /// prices and of a growing series: as many values are then missed above as below. It needs twice as many residuals (39 for 0.95).
    /// </summary>
    /// <inheritdoc cref="FitSymmetric(ReadOnlySpan{double}, int, IReadOnlyList{double}, ReadOnlySpan{double})"/>
    public static ConformalIntervals FitAsymmetric(
        ReadOnlySpan<double> residuals, int outputs, IReadOnlyList<double> levels, ReadOnlySpan<double> scales = default)
    {
        double[][] known = Known(residuals, outputs, levels, scales);
        return FitAsymmetric(output => known[output], outputs, levels);
    }

    /// <inheritdoc cref="Fit(Func{int, double[]}, int, IReadOnlyList{double})"/>
    internal static ConformalIntervals FitAsymmetric(Func<int, double[]> known, int outputs, IReadOnlyList<double> levels)
    {
        ConformalIntervals intervals = new([.. levels], outputs, symmetric: false);
        for (int output = 0; output < outputs; output++)
        {
            double[] sorted = known(output);
            Array.Sort(sorted);
            intervals.TakeSorted(output, sorted);
        }

        return intervals;
    }

    /// <summary>Restores intervals from the <see cref="SortedOf"/> of each output.</summary>
    internal static ConformalIntervals OfSorted(IReadOnlyList<double[]> sorted, bool symmetric, IReadOnlyList<double> levels)
    {
        ConformalIntervals intervals = new([.. levels], sorted.Count, symmetric);
        for (int output = 0; output < sorted.Count; output++) intervals.TakeSorted(output, sorted[output]);
        return intervals;
    }

    /// <summary>The offset of the lower bound from a forecast (of scale 1); NaN if the output has no residual.</summary>
    public double Lower(int level, int output) => _lower[Index(level, output)];

    /// <summary>The offset of the upper bound from a forecast (of scale 1); NaN if the output has no residual.</summary>
    public double Upper(int level, int output) => _upper[Index(level, output)];

    /// <summary>
    /// Whether the output has enough residuals for the level. If not, the exact interval would be infinite, and this one extends to the largest residual
    /// instead. Its coverage is then n / (n + 1) at best; (n - 1) / (n + 1) if asymmetric.
    /// </summary>
    public bool IsReached(int level, int output) => _reached[Index(level, output)];

    /// <param name="scale">The row's scale, if scales were given.</param>
    public (double Lower, double Upper) Around(double forecast, int level, int output, double scale = 1)
    {
        int index = Index(level, output);
        return (forecast + (scale * _lower[index]), forecast + (scale * _upper[index]));
    }

    /// <summary>The offsets of both bounds from a forecast (of scale 1) for any level, which may change from row to row.</summary>
    /// <param name="level">
    /// Usually in [0, 1). If it is too high for the number of residuals, the largest residual is used; for a negative level, the smallest.
    /// </param>
    public (double Lower, double Upper) Offsets(double level, int output)
    {
        double[] known = _sorted[output];
        int n = known.Length, rank = Rank(n, IsSymmetric ? level : (1 + level) / 2);
        if (n == 0) return (double.NaN, double.NaN);
        return IsSymmetric ? (-known[rank - 1], known[rank - 1]) : (known[n - rank], known[rank - 1]);
    }

    private static int Rank(int count, double share) => (int)Math.Clamp(Math.Ceiling(((count + 1) * share) - Rounding), 1, Math.Max(1, count));

    private void TakeSorted(int output, double[] sorted)
    {
        _sorted[output] = sorted;
        int n = sorted.Length;
        for (int level = 0; level < _levels.Length; level++)
        {
            int rank = (int)Math.Ceiling((IsSymmetric ? (n + 1) * _levels[level] : (n + 1) * (1 + _levels[level]) / 2) - Rounding), last = Math.Min(rank, n);
            if (n == 0) Set(level, output, double.NaN, double.NaN, false);
            else if (IsSymmetric) Set(level, output, -sorted[last - 1], sorted[last - 1], rank <= n);
            else Set(level, output, sorted[n - last], sorted[last - 1], rank <= n);
        }
    }

    private void Set(int level, int output, double lower, double upper, bool reached)
    {
        int index = Index(level, output);
        (_lower[index], _upper[index], _reached[index]) = (lower, upper, reached);
    }

    private int Index(int level, int output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)level, (uint)_levels.Length, nameof(level));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)output, (uint)Outputs, nameof(output));
        return (level * Outputs) + output;
    }

    private static double[][] Known(ReadOnlySpan<double> residuals, int outputs, IReadOnlyList<double> levels, ReadOnlySpan<double> scales)
    {
        Check(residuals, outputs, levels, scales);
        double[][] known = new double[outputs][];
        for (int output = 0; output < outputs; output++) known[output] = [.. Known(residuals, outputs, output, scales)];
        return known;
    }

    private static List<double> Known(ReadOnlySpan<double> residuals, int outputs, int output, ReadOnlySpan<double> scales)
    {
        List<double> known = [];
        for (int i = output; i < residuals.Length; i += outputs)
        {
            double scale = scales.IsEmpty ? 1 : scales[i / outputs];
            if (scale > 0 && !double.IsNaN(residuals[i])) known.Add(residuals[i] / scale);
        }

        return known;
    }

    private static void Check(ReadOnlySpan<double> residuals, int outputs, IReadOnlyList<double> levels, ReadOnlySpan<double> scales)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (residuals.Length % outputs != 0) throw new ArgumentException($"{residuals.Length} residuals of {outputs} outputs.", nameof(residuals));
        if (!scales.IsEmpty && scales.Length != residuals.Length / outputs)
            throw new ArgumentException($"{scales.Length} scales of {residuals.Length / outputs} rows.", nameof(scales));
        foreach (double level in levels)
            if (!(level > 0 && level < 1)) throw new ArgumentOutOfRangeException(nameof(levels), level, "A level is between 0 and 1.");
    }
}
