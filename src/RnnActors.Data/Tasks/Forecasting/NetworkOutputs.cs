using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Data.Series;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>What a network says of windows, in its own scale: a point for each output, and quantiles where its loss asks for them.</summary>
/// <param name="Points">(windows, targets · horizon).</param>
/// <param name="Quantiles">Levels in rising order, and (windows, targets · horizon) for each; none where the network gives points alone.</param>
internal sealed record NetworkOutputs(float[] Points, IReadOnlyList<(double Level, float[] Values)> Quantiles)
{
    private const double Middle = 0.5;

    public static NetworkOutputs Of(TrainedNetwork network, WindowDataset part)
    {
        float[] all = network.Outputs(part);
        int outputs = part.Target.Outputs;
        switch (network.Training.Loss)
        {
            case QuantileLoss { Levels: var levels }:
                (double Level, float[] Values)[] quantiles =
                [
                    .. levels.ToList().Select((level, i) => (level, Values: (float[])[.. Enumerable.Range(0, part.Rows * outputs).Select(at => all[(at * levels.Count) + i])])).OrderBy(q => q.level),
                ];
                Sort(quantiles);
                return new(quantiles.MinBy(quantile => Math.Abs(quantile.Level - Middle)).Values, quantiles);
            case GaussianLikelihood gaussian:
                float[] Part(Func<float, float, double> of) =>
                    [.. Enumerable.Range(0, part.Rows * outputs).Select(at => (float)of(all[(at / outputs * 2 * outputs) + (at % outputs)], all[(((at / outputs * 2) + 1) * outputs) + (at % outputs)]))];
                double Deviation(float spread) => Math.Sqrt(Math.Max(GaussianLikelihood.Softplus(spread), gaussian.MinVariance));
                return new(
                    Part((mean, _) => mean),
                    [.. ForecastIntervals.Quantiles.Select(level => (level, Part((mean, spread) => mean + (MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, level) * Deviation(spread)))))]);
            default:
                return new(all, []);
        }
    }

    /// <summary>Quantiles that cross are put in order (Chernozhukov, Fernández-Val and Galichon 2010).</summary>
    private static void Sort((double Level, float[] Values)[] quantiles)
    {
        float[] row = new float[quantiles.Length];
        for (int at = 0; at < quantiles[0].Values.Length; at++)
        {
            for (int i = 0; i < row.Length; i++) row[i] = quantiles[i].Values[at];
            Array.Sort(row);
            for (int i = 0; i < row.Length; i++) quantiles[i].Values[at] = row[i];
        }
    }
}
