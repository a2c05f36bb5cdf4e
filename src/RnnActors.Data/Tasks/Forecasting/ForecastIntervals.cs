using RnnActors.Core.Metrics;
using RnnActors.Data.Series;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// Intervals around a network's forecasts, conformal on the validation windows: from residuals in the network's own scale, so that they widen with a series'
/// size, with its transform, and with the steps ahead. A network that gives quantiles has its own
/// intervals corrected in the same way (Romano, Patterson and Candès 2019). Where values have come since, each series and step has a level that follows them
/// (<see cref="AdaptiveConformal"/>): validation rows alone say how wide intervals must be at first, not how the series goes on.
/// </summary>
internal sealed class ForecastIntervals
{
    /// <summary>Shares of the values that the shown intervals should hold.</summary>
    public static readonly IReadOnlyList<double> Shown = [0.8, 0.95];

    /// <summary>The quantiles that make up the weighted quantile loss: 0.1, 0.2 … 0.9.</summary>
    public static readonly IReadOnlyList<double> Quantiles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <summary>Those of <see cref="Shown"/>, and between each pair of <see cref="Quantiles"/>.</summary>
    private static readonly double[] Levels = [0.8, 0.95, 0.2, 0.4, 0.6];

    private readonly ConformalIntervals _around;

    /// <summary>The same for the pairs of quantiles that the network gives, by levels; null where it gives no such pair.</summary>
    private readonly ConformalIntervals?[] _corrections;

    /// <summary>Of each series whose values have come: (levels, outputs) in place of <see cref="Levels"/>.</summary>
    private readonly Dictionary<string, double[]> _learnt;

    private KnownTargets? _last;

    private ForecastIntervals(ConformalIntervals around, ConformalIntervals?[] corrections, Dictionary<string, double[]> learnt) =>
        (_around, _corrections, _learnt) = (around, corrections, learnt);

    /// <summary>Null where no validation window tells how far forecasts are off.</summary>
    public static ForecastIntervals? Fit(TrainedNetwork network, WindowDataset? validation)
    {
        if (validation is null || validation.Rows == 0) return null;
        NetworkOutputs said = NetworkOutputs.Of(network, validation);
        int outputs = validation.Target.Outputs;
        double[] residuals = new double[said.Points.Length];
        for (int i = 0; i < residuals.Length; i++) residuals[i] = validation.TargetOf(validation.At(i / outputs), i % outputs) - said.Points[i];
        if (Array.TrueForAll(residuals, double.IsNaN)) return null;
        return new(ConformalIntervals.Fit(residuals, outputs, Levels), [.. Levels.Select(Correction)], []);

        // How far values lie outside of the network's own interval.
        ConformalIntervals? Correction(double level)
        {
            if (level <= 0.5 || Pair(said, level) is not var (lower, upper)) return null;
            double[] outside = new double[residuals.Length];
            for (int i = 0; i < outside.Length; i++)
            {
                double target = residuals[i] + said.Points[i];
                outside[i] = Math.Max(lower[i] - target, target - upper[i]);
            }

            return ConformalIntervals.FitAsymmetric(outside, outputs, [(2 * level) - 1]);
        }
    }

    /// <summary>Whether each output had residuals enough for a level.</summary>
    public bool IsReached(double level)
    {
        int at = Array.IndexOf(Levels, level);
        return Enumerable.Range(0, _around.Outputs).All(output => _around.IsReached(at, output));
    }

    /// <summary>The same after the values of some windows have come, in their order.</summary>
    public ForecastIntervals After(WindowDataset part, NetworkOutputs said)
    {
        Dictionary<string, double[]> learnt = new(_learnt);
        for (int at = 0; at < Levels.Length; at++) Follow(at, part, said, (_, _) => { }, learnt);
        return new(_around, _corrections, learnt);
    }

    /// <summary>
    /// The bounds of an interval, in the targets' own units: two of (windows, targets · horizon), each computed when it is asked for. Those of a window know
    /// the values in front of its origin.
    /// </summary>
    public (IReadOnlyList<double> Lower, IReadOnlyList<double> Upper) Around(WindowDataset part, NetworkOutputs said, double level)
    {
        var bounds = Bounds(part, said, level);
        return (new ComputedList<double>(said.Points.Length, at => bounds(at).Lower), new ComputedList<double>(said.Points.Length, at => bounds(at).Upper));
    }

    /// <summary>The bounds by (windows, targets · horizon). Two numbers of the network's scale are kept for each.</summary>
    private Func<int, (double Lower, double Upper)> Bounds(WindowDataset part, NetworkOutputs said, double level)
    {
        int outputs = part.Target.Outputs;
        float[] lower = new float[said.Points.Length], upper = new float[said.Points.Length];
        lower.AsSpan().Fill(float.NaN);
        upper.AsSpan().Fill(float.NaN);

        // An interval holds those of smaller levels, which levels that follow one by one need not.
        foreach (int at in Enumerable.Range(0, Levels.Length).Where(at => Levels[at] <= level))
        {
            Follow(at, part, said, (i, bounds) =>
            {
                lower[i] = float.IsNaN(lower[i]) ? (float)bounds.Lower : Math.Min(lower[i], (float)bounds.Lower);
                upper[i] = float.IsNaN(upper[i]) ? (float)bounds.Upper : Math.Max(upper[i], (float)bounds.Upper);
            }, null);
        }

        return i =>
        {
            Window window = part.At(i / outputs);
            (float low, float high) = (Math.Min(lower[i], upper[i]), Math.Max(lower[i], upper[i]));
            return (part.Restore(window, i % outputs, low, isPoint: false), part.Restore(window, i % outputs, high, isPoint: false));
        };
    }

    /// <summary>How well the values fit below which a share of the actual ones should lie.</summary>
    /// <param name="points">The forecasts in the targets' own units.</param>
    public QuantileSums Compare(WindowDataset part, NetworkOutputs said, IReadOnlyList<double> points)
    {
        QuantileSums sums = new(Quantiles);
        int half = Quantiles.Count / 2;
        Func<int, (double Lower, double Upper)>[] around =
            [.. Enumerable.Range(0, half).Select(i => Bounds(part, said, Math.Round(1 - (2 * Quantiles[i]), 2)))];
        double[] quantiles = new double[Quantiles.Count];
        foreach ((_, _, _, double actual, int at) in part.Observed())
        {
            quantiles[half] = points[at];
            for (int i = 0; i < half; i++) (quantiles[i], quantiles[^(i + 1)]) = around[i](at);
            sums.Add(actual, quantiles);
        }

        return sums;
    }

    /// <summary>The intervals of one level in the network's scale, each with what had come before its window's origin.</summary>
    /// <param name="tell">Told the bounds of each of (windows, outputs).</param>
    /// <param name="learnt">Given the levels after all values of the part; null where nobody asks.</param>
    private void Follow(int at, WindowDataset part, NetworkOutputs said, Action<int, (double Lower, double Upper)> tell, Dictionary<string, double[]>? learnt)
    {
        int outputs = part.Target.Outputs, horizon = part.Panel.Shape.Horizon;
        (float[] Lower, float[] Upper)? pair = _corrections[at] is null ? null : Pair(said, Levels[at]);
        float[] targets = TargetsOf(part);
        Window[] windows = [.. Enumerable.Range(0, part.Rows).Select(part.At)];
        foreach (var series in Enumerable.Range(0, part.Rows).GroupBy(row => windows[row].Series))
        {
            string name = part.Panel.Series[series.Key].Name;
            int[] rows = [.. series.OrderBy(row => windows[row].Origin)];
            double[]? before = _learnt.GetValueOrDefault(name), after = null;
            if (learnt is not null && !learnt.TryGetValue(name, out after))
                learnt[name] = after = [.. Levels.SelectMany(level => Enumerable.Repeat(level, outputs))];
            if (after is not null && ReferenceEquals(after, before)) learnt![name] = after = [.. after];
            for (int output = 0; output < outputs; output++)
            {
                double level = before?[(at * outputs) + output] ?? Levels[at];
                int known = 0;
                foreach (int row in rows)
                {
                    // The values of windows that began so early that they have come.
                    for (; windows[rows[known]].Origin + (output % horizon) < windows[row].Origin; known++) level = Next(rows[known], level);
                    tell((row * outputs) + output, Bounds(row, level));
                }

                if (after is null) continue;
                for (; known < rows.Length; known++) level = Next(rows[known], level);
                after[(at * outputs) + output] = level;

                double Next(int row, double level)
                {
                    double target = targets[(row * outputs) + output];
                    (double lower, double upper) = Bounds(row, level);
                    return double.IsNaN(target) ? level : AdaptiveConformal.Next(level, Levels[at], target >= lower && target <= upper);
                }

                (double Lower, double Upper) Bounds(int row, double level)
                {
                    int i = (row * outputs) + output;
                    if (pair is { } own)
                    {
                        double wider = _corrections[at]!.Offsets((2 * level) - 1, output).Upper;
                        return (own.Lower[i] - wider, own.Upper[i] + wider);
                    }

                    (double below, double above) = _around.Offsets(level, output);
                    return (said.Points[i] + below, said.Points[i] + above);
                }
            }
        }
    }

    /// <summary>What came, in the network's scale: (windows, outputs). Several levels ask for the same part.</summary>
    private float[] TargetsOf(WindowDataset part)
    {
        if (_last is { } last && last.Part == part) return last.Targets;
        int outputs = part.Target.Outputs;
        float[] targets = [.. Enumerable.Range(0, part.Rows * outputs).Select(i => (float)part.TargetOf(part.At(i / outputs), i % outputs))];
        _last = new(part, targets);
        return targets;
    }

    private sealed record KnownTargets(WindowDataset Part, float[] Targets);

    /// <summary>The two quantiles between which a share of the values should lie; null where the network does not give them.</summary>
    private static (float[] Lower, float[] Upper)? Pair(NetworkOutputs said, double level)
    {
        const double Near = 1e-6;
        float[]? Find(double wanted) => said.Quantiles.FirstOrDefault(quantile => Math.Abs(quantile.Level - wanted) < Near).Values;
        return Find((1 - level) / 2) is { } lower && Find((1 + level) / 2) is { } upper ? (lower, upper) : null;
    }
}
