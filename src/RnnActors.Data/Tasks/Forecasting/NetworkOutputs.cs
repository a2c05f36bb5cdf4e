using RnnActors.Core.Objectives;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>A network's outputs for some windows, in its own scale: a point forecast for each output, and quantiles if its loss gives them.</summary>
/// <param name="Points">(windows, targets · horizon).</param>
/// <param name="Quantiles">Levels in ascending order, with (windows, targets · horizon) for each; empty if the network gives only points.</param>
internal sealed record NetworkOutputs(float[] Points, IReadOnlyList<(double Level, float[] Values)> Quantiles)
{
    private const double Middle = 0.5;

    /// <summary>The levels that are taken from a distribution: both ends of every displayed interval.</summary>
    private static readonly double[] Levels = [0.025, .. ForecastIntervals.Quantiles, 0.975];

    public static NetworkOutputs Of(TrainedNetwork network, WindowDataset part)
    {
        float[] all = network.Outputs(part);
        int outputs = part.Target.Outputs;
        switch (network.Training.Loss)
        {
            case QuantileLoss { Levels: var levels }:
                (double Level, float[] Values)[] quantiles =
                [
                    .. levels.ToList().Select((level, i) => (level,
                        Values: (float[])[.. Enumerable.Range(0, part.Rows * outputs).Select(at => all[(at * levels.Count) + i])])).OrderBy(q => q.level),
                ];
                Sort(quantiles);
                return new(quantiles.MinBy(quantile => Math.Abs(quantile.Level - Middle)).Values, quantiles);
            case IDistribution distribution:
                return Of(distribution, all, outputs, network.Threads);
            default:
                return new(all, []);
        }
    }

    /// <summary>Gathers the network's outputs for one target at one step of a window, in their order.</summary>
    /// <param name="all">(windows, outputs a target, targets · horizon).</param>
    /// <param name="at">The index in (windows, targets · horizon).</param>
    /// <param name="outputs">Targets · horizon.</param>
    /// <param name="own">Overwritten.</param>
    public static void Gather(ReadOnlySpan<float> all, int at, int outputs, Span<float> own)
    {
        (int window, int output) = Math.DivRem(at, outputs);
        for (int i = 0; i < own.Length; i++) own[i] = all[(((window * own.Length) + i) * outputs) + output];
    }

    private static NetworkOutputs Of(IDistribution distribution, float[] all, int outputs, int threads)
    {
        int count = all.Length / distribution.OutputsPerTarget;
        float[] points = new float[count];
        (double Level, float[] Values)[] quantiles = [.. Levels.Select(level => (level, new float[count]))];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, at =>
        {
            Span<float> own = stackalloc float[distribution.OutputsPerTarget];
            Gather(all, at, outputs, own);
            points[at] = (float)distribution.Point(own);
            foreach ((double level, float[] values) in quantiles) values[at] = (float)distribution.Quantile(own, level);
        });
        return new(points, quantiles);
    }

    /// <summary>Sorts quantiles that cross (Chernozhukov, Fernández-Val and Galichon 2010).</summary>
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
