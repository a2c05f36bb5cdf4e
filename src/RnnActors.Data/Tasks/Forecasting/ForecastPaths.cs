using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// Values by chance over the horizon, from the distribution that a network gives for each step. A draw is a function of the run's seed, the window's first row,
/// the target and the step: the same on every machine, and the first ten of a hundred paths are the ten of ten. The network tells the steps of a horizon all at once, so a
/// path's steps are drawn one by one, each by itself: sums over a path vary less than the truth where errors last.
/// </summary>
internal static class ForecastPaths
{
    private const string Losses = "gaussian, studentT, negativeBinomial, or quantile of two levels or more";

    /// <summary>(windows, paths, targets · horizon), in the targets' own units.</summary>
    /// <exception cref="InvalidInputException">The loss gives no distribution.</exception>
    public static double[] Draw(TrainedNetwork network, WindowDataset part, int paths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(paths, 1);
        var draws = DrawsOf(network, part);
        int outputs = part.Target.Outputs;
        if ((long)part.Rows * outputs * paths > Array.MaxLength)
            throw new InvalidInputException($"{paths} paths of {part.Rows} windows and {outputs} values each do not fit into memory", "Ask for fewer paths");
        double[] all = new double[part.Rows * outputs * paths];
        Parallel.For(0, part.Rows * outputs, new ParallelOptions { MaxDegreeOfParallelism = network.Threads }, at =>
        {
            (int row, int output) = Math.DivRem(at, outputs);
            Window window = part.At(row);
            var random = new RandomSequence(PhiloxKey.Of(network.Training.Seed, RandomPurpose.ForecastPaths, window.Origin, output));
            for (int path = 0; path < paths; path++)
                all[(((row * paths) + path) * outputs) + output] = part.Restore(window, output, draws(at, ref random), isPoint: false);
        });
        return all;
    }

    private delegate double Drawing(int at, ref RandomSequence random);

    private static Drawing DrawsOf(TrainedNetwork network, WindowDataset part)
    {
        int outputs = part.Target.Outputs;
        switch (network.Training.Loss)
        {
            case IDistribution distribution:
                float[] all = network.Outputs(part);
                return (int at, ref RandomSequence random) =>
                {
                    Span<float> own = stackalloc float[distribution.OutputsPerTarget];
                    NetworkOutputs.Gather(all, at, outputs, own);
                    return distribution.Draw(own, ref random);
                };
            case QuantileLoss { Levels: var levels } when levels.ToList().Distinct().Count() > 1:
                var quantiles = NetworkOutputs.Of(network, part).Quantiles;
                return (int at, ref RandomSequence random) => Between(quantiles, at, random.NextDouble());
            case QuantileLoss:
                throw new InvalidInputException("training.loss gives one quantile, from which no path can be drawn", $"Train with {Losses}");
            case var loss:
                throw new InvalidInputException(
                    $"training.loss is {loss.Name}, which gives points and no distribution to draw paths from", $"Train with {Losses}");
        }
    }

    /// <summary>On the straight line between the two quantiles next to a level; beyond the outermost ones, on the line through the outermost two.</summary>
    private static double Between(IReadOnlyList<(double Level, float[] Values)> quantiles, int at, double level)
    {
        int upper = 1;
        while (upper < quantiles.Count - 1 && (quantiles[upper].Level < level || quantiles[upper].Level == quantiles[upper - 1].Level)) upper++;
        int lower = upper - 1;
        while (lower > 0 && quantiles[lower].Level == quantiles[upper].Level) lower--;
        double from = quantiles[lower].Values[at], to = quantiles[upper].Values[at];
        return from + ((to - from) * (level - quantiles[lower].Level) / (quantiles[upper].Level - quantiles[lower].Level));
    }
}
