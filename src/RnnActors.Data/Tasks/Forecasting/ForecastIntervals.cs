using RnnActors.Core.Metrics;
using RnnActors.Data.Series;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// Intervals around a network's forecasts, conformal on the validation windows: from residuals in the network's own scale, so that they widen with a series'
/// size, with its transform, and with the steps ahead. A network that gives quantiles has its own
/// intervals corrected in the same way (Romano, Patterson and Candès 2019).
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

    private ForecastIntervals(ConformalIntervals around, ConformalIntervals?[] corrections) => (_around, _corrections) = (around, corrections);

    /// <summary>Null where no validation window tells how far forecasts are off.</summary>
    public static ForecastIntervals? Fit(TrainedNetwork network, WindowDataset? validation)
    {
        if (validation is null || validation.Rows == 0) return null;
        NetworkOutputs said = NetworkOutputs.Of(network, validation);
        int outputs = validation.Target.Outputs;
        double[] residuals = new double[said.Points.Length];
        for (int i = 0; i < residuals.Length; i++) residuals[i] = validation.TargetOf(validation.At(i / outputs), i % outputs) - said.Points[i];
        if (Array.TrueForAll(residuals, double.IsNaN)) return null;
        return new(ConformalIntervals.Fit(residuals, outputs, Levels), [.. Levels.Select(Correction)]);

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

    /// <summary>The bounds of an interval, in the targets' own units: two of (windows, targets · horizon), each computed when it is asked for.</summary>
    public (IReadOnlyList<double> Lower, IReadOnlyList<double> Upper) Around(WindowDataset part, NetworkOutputs said, double level)
    {
        var bounds = Bounds(part, said, level);
        return (new ComputedList<double>(said.Points.Length, at => bounds(at).Lower), new ComputedList<double>(said.Points.Length, at => bounds(at).Upper));
    }

    private Func<int, (double Lower, double Upper)> Bounds(WindowDataset part, NetworkOutputs said, double level)
    {
        int outputs = part.Target.Outputs;
        (int At, (float[] Lower, float[] Upper)? Pair)[] narrower =
        [
            .. Enumerable.Range(0, Levels.Length).Where(at => Levels[at] <= level).Select(at => (at, _corrections[at] is null ? null : Pair(said, Levels[at]))),
        ];
        return i =>
        {
            int output = i % outputs;
            Window window = part.At(i / outputs);
            (double low, double high) = (double.NaN, double.NaN);
            foreach ((int at, (float[] Lower, float[] Upper)? pair) in narrower)
            {
                (double from, double to) = pair is { } own
                    ? (own.Lower[i] - _corrections[at]!.Upper(0, output), own.Upper[i] + _corrections[at]!.Upper(0, output))
                    : _around.Around(said.Points[i], at, output);

                // An interval holds those of smaller levels, which quantiles that are corrected one by one need not.
                (low, high) = (double.IsNaN(low) ? from : Math.Min(low, from), double.IsNaN(high) ? to : Math.Max(high, to));
            }

            return (part.Restore(window, output, Math.Min(low, high), isPoint: false), part.Restore(window, output, Math.Max(low, high), isPoint: false));
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

    /// <summary>The two quantiles between which a share of the values should lie; null where the network does not give them.</summary>
    private static (float[] Lower, float[] Upper)? Pair(NetworkOutputs said, double level)
    {
        const double Near = 1e-6;
        float[]? Find(double wanted) => said.Quantiles.FirstOrDefault(quantile => Math.Abs(quantile.Level - wanted) < Near).Values;
        return Find((1 - level) / 2) is { } lower && Find((1 + level) / 2) is { } upper ? (lower, upper) : null;
    }
}
