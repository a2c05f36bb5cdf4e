using RnnActors.Core.Metrics;
using RnnActors.Data.Series;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// Conformal prediction intervals around a network's forecasts, calibrated on the validation windows. Residuals are in the network's scale, so that intervals
/// widen with a series' size, its transform, and the steps ahead. The intervals of a network that outputs quantiles are corrected likewise (Romano, Patterson
/// and Candès 2019). Validation rows give the initial width only. As values arrive, the level of each series and step adapts to them
/// (<see cref="AdaptiveConformal"/>).
/// </summary>
internal sealed partial class ForecastIntervals
{
    /// <summary>The nominal coverage of the displayed intervals.</summary>
    public static readonly IReadOnlyList<double> Shown = [0.8, 0.95];

    /// <summary>The quantiles of the weighted quantile loss: 0.1, 0.2 … 0.9.</summary>
    public static readonly IReadOnlyList<double> Quantiles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <summary>The levels of <see cref="Shown"/>, and of the intervals between pairs of <see cref="Quantiles"/>.</summary>
    private static readonly double[] Levels = [0.8, 0.95, 0.2, 0.4, 0.6];

    private readonly ConformalIntervals _around;

    /// <summary>For each level, the correction of the network's own pair of quantiles; null if it outputs no such pair.</summary>
    private readonly ConformalIntervals?[] _corrections;

    /// <summary>The adapted levels of each series whose values have arrived, (levels, outputs), in place of <see cref="Levels"/>.</summary>
    private readonly Dictionary<string, double[]> _learnt;

    private FollowedLevels? _last;

    private ForecastIntervals(ConformalIntervals around, ConformalIntervals?[] corrections, Dictionary<string, double[]> learnt) =>
        (_around, _corrections, _learnt) = (around, corrections, learnt);

    /// <summary>Null if no validation window has a residual.</summary>
    public static ForecastIntervals? Fit(TrainedNetwork network, WindowDataset? validation)
    {
        if (validation is null || validation.Rows == 0) return null;
        NetworkOutputs said = NetworkOutputs.Of(network, validation);
        int outputs = validation.Target.Outputs;
        ConformalIntervals around = ConformalIntervals.Fit(output => Known(output, Residual), outputs, Levels);
        return around.IsEmpty ? null : new(around, [.. Levels.Select(Correction)], []);

        // One output at a time: all at once would be as large as the validation windows.
        double[] Known(int output, Func<int, int, double> of) =>
            [.. Enumerable.Range(0, validation.Rows).Select(row => of(row, output)).Where(value => !double.IsNaN(value))];

        double Residual(int row, int output) => validation.TargetOf(validation.At(row), output) - said.Points[(row * outputs) + output];

        // Calibrates on how far values lie outside of the network's own interval.
        ConformalIntervals? Correction(double level)
        {
            if (level <= 0.5 || Pair(said, level) is not var (lower, upper)) return null;
            return ConformalIntervals.FitAsymmetric(output => Known(output, Outside), outputs, [(2 * level) - 1]);

            double Outside(int row, int output)
            {
                int i = (row * outputs) + output;
                double target = Residual(row, output) + said.Points[i];
                return Math.Max(lower[i] - target, target - upper[i]);
            }
        }
    }

    /// <summary>Whether each output had enough residuals for a level.</summary>
    public bool IsReached(double level)
    {
        int at = Array.IndexOf(Levels, level);
        return Enumerable.Range(0, _around.Outputs).All(output => _around.IsReached(at, output));
    }

    /// <summary>These intervals after the values of some windows have arrived, in order.</summary>
    public ForecastIntervals After(WindowDataset part, NetworkOutputs said)
    {
        Dictionary<string, double[]> learnt = new(_learnt);
        foreach ((string name, double[] levels) in LevelsOf(part, said).After) learnt[name] = levels;
        return new(_around, _corrections, learnt);
    }

    /// <summary>
    /// The bounds of an interval, in the targets' own units: two lists, (windows, targets · horizon), computed on access. A window's bounds use the values
    /// before its origin.
    /// </summary>
    public (IReadOnlyList<double> Lower, IReadOnlyList<double> Upper) Around(WindowDataset part, NetworkOutputs said, double level)
    {
        var bounds = Bounds(part, said, level);
        return (new ComputedList<double>(said.Points.Length, at => bounds(at).Lower), new ComputedList<double>(said.Points.Length, at => bounds(at).Upper));
    }

    /// <summary>The bounds as a function of the index in (windows, targets · horizon).</summary>
    private Func<int, (double Lower, double Upper)> Bounds(WindowDataset part, NetworkOutputs said, double level)
    {
        int outputs = part.Target.Outputs;

        // An interval contains those of smaller levels. Levels that adapt separately need not ensure that.
        Func<int, (float Lower, float Upper)> bounds = LevelsOf(part, said).Bounds([.. Enumerable.Range(0, Levels.Length).Where(at => Levels[at] <= level)]);
        return i =>
        {
            Window window = part.At(i / outputs);
            (float lower, float upper) = bounds(i);
            (float low, float high) = (Math.Min(lower, upper), Math.Max(lower, upper));
            return (part.Restore(window, i % outputs, low, isPoint: false), part.Restore(window, i % outputs, high, isPoint: false));
        };
    }

    /// <summary>Compares the interval bounds, as quantiles, with the actual values.</summary>
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

    /// <summary>The adapted levels through a part, each from the values before its window's origin. Intervals of one part share them.</summary>
    private IntervalLevels LevelsOf(WindowDataset part, NetworkOutputs said)
    {
        if (_last is { } last && last.Levels.Part == part && last.Said == said) return last.Levels;
        int outputs = part.Target.Outputs;
        (float[] Lower, float[] Upper)?[] pairs = [.. Levels.Select((level, at) => _corrections[at] is null ? null : Pair(said, level))];
        IntervalLevels levels = new(part, Levels, name => _learnt.GetValueOrDefault(name), (at, i, level) =>
        {
            int output = i % outputs;
            if (pairs[at] is var (lower, upper))
            {
                double wider = _corrections[at]!.Offsets((2 * level) - 1, output).Upper;
                return (lower[i] - wider, upper[i] + wider);
            }

            (double below, double above) = _around.Offsets(level, output);
            return (said.Points[i] + below, said.Points[i] + above);
        });
        _last = new(levels, said);
        return levels;
    }

    private sealed record FollowedLevels(IntervalLevels Levels, NetworkOutputs Said);

    /// <summary>The two quantiles around an interval of a level; null if the network does not output them.</summary>
    private static (float[] Lower, float[] Upper)? Pair(NetworkOutputs said, double level)
    {
        const double Near = 1e-6;
        float[]? Find(double wanted) => said.Quantiles.FirstOrDefault(quantile => Math.Abs(quantile.Level - wanted) < Near).Values;
        return Find((1 - level) / 2) is { } lower && Find((1 + level) / 2) is { } upper ? (lower, upper) : null;
    }
}
