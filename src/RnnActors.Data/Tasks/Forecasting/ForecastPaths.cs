using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// Samples values over the horizon from the distributions that a network outputs for each step. If the validation rows show how the errors of steps depend on
/// each other (<see cref="StepDependence"/>), so do a path's steps. Otherwise each step is sampled independently, and sums over a path vary too little. A
/// sample is a function of the run's seed, the window's first row and the path's number, on every machine. The first ten of a hundred paths are the same as ten
/// of ten.
/// </summary>
internal static class ForecastPaths
{
    /// <summary>The lowest level that is drawn: level 0 is at minus infinity.</summary>
    private const double MinLevel = 1e-9;

    private const string Losses = "gaussian, studentT, negativeBinomial, or quantile of two levels or more";

    /// <summary>The sampled values, (windows, paths, targets · horizon), in the targets' own units.</summary>
    /// <param name="dependence">The dependence of steps; null if it is not known.</param>
    /// <exception cref="InvalidInputException">The loss has no distribution.</exception>
    public static double[] Draw(TrainedNetwork network, WindowDataset part, int paths, StepDependence? dependence = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(paths, 1);
        RefuseWithoutDistribution(network);
        int outputs = part.Target.Outputs;
        if ((long)part.Rows * outputs * paths > Array.MaxLength)
            throw new InvalidInputException($"{paths} paths of {part.Rows} windows and {outputs} values each do not fit into memory", "Ask for fewer paths");
        double[] all = new double[part.Rows * outputs * paths];
        if (dependence is not { IsKnown: true }) DrawEach(network, part, paths, all);
        else DrawTogether(network, part, paths, dependence, all);
        return all;
    }

    /// <summary>Draws each step independently.</summary>
    private static void DrawEach(TrainedNetwork network, WindowDataset part, int paths, double[] all)
    {
        Drawing draws = DrawsOf(network, part);
        int outputs = part.Target.Outputs;
        Parallel.For(0, part.Rows * outputs, new ParallelOptions { MaxDegreeOfParallelism = network.Threads }, at =>
        {
            (int row, int output) = Math.DivRem(at, outputs);
            Window window = part.At(row);
            var random = new RandomSequence(PhiloxKey.Of(network.Training.Seed, RandomPurpose.ForecastPaths, window.Origin, output));
            for (int path = 0; path < paths; path++)
                all[(((row * paths) + path) * outputs) + output] = part.Restore(window, output, draws(at, ref random), isPoint: false);
        });
    }

    /// <summary>Draws all steps of a path at the levels of one validation window.</summary>
    private static void DrawTogether(TrainedNetwork network, WindowDataset part, int paths, StepDependence dependence, double[] all)
    {
        Func<int, double, double> quantile = QuantilesOf(network, part);
        int outputs = part.Target.Outputs;
        Parallel.For(0, part.Rows, new ParallelOptions { MaxDegreeOfParallelism = network.Threads }, row =>
        {
            Window window = part.At(row);
            // a random stream of its own, besides those of the outputs
            var random = new RandomSequence(PhiloxKey.Of(network.Training.Seed, RandomPurpose.ForecastPaths, window.Origin, outputs));
            double[] levels = new double[outputs];
            for (int path = 0; path < paths; path++)
            {
                dependence.Draw(ref random, levels);
                for (int output = 0; output < outputs; output++)
                    all[(((row * paths) + path) * outputs) + output] =
                        part.Restore(window, output, quantile((row * outputs) + output, levels[output]), isPoint: false);
            }
        });
    }

    /// <summary>Whether paths can be sampled from a network trained with this loss.</summary>
    public static bool AreOf(Objective loss) => loss is IDistribution or QuantileLoss { Levels.Count: > 1 };

    /// <exception cref="InvalidInputException">No path can be sampled.</exception>
    public static void RefuseWithoutDistribution(TrainedNetwork network)
    {
        switch (network.Training.Loss)
        {
            case var loss when AreOf(loss):
                return;
            case QuantileLoss:
                throw new InvalidInputException("training.loss gives one quantile, from which no path can be drawn", $"Train with {Losses}");
            case var loss:
                throw new InvalidInputException(
                    $"training.loss is {loss.Name}, which gives points and no distribution to draw paths from", $"Train with {Losses}");
        }
    }

    private delegate double Drawing(int at, ref RandomSequence random);

    private static Drawing DrawsOf(TrainedNetwork network, WindowDataset part)
    {
        int outputs = part.Target.Outputs;
        if (network.Training.Loss is not IDistribution distribution)
        {
            Func<int, double, double> quantile = QuantilesOf(network, part);
            return (int at, ref RandomSequence random) => quantile(at, random.NextDouble());
        }

        float[] all = network.Outputs(part);
        return (int at, ref RandomSequence random) =>
        {
            Span<float> own = stackalloc float[distribution.OutputsPerTarget];
            NetworkOutputs.Gather(all, at, outputs, own);
            return distribution.Draw(own, ref random);
        };
    }

    /// <summary>Maps an index in (windows, targets · horizon) and a level to that quantile.</summary>
    private static Func<int, double, double> QuantilesOf(TrainedNetwork network, WindowDataset part)
    {
        if (network.Training.Loss is not IDistribution distribution)
        {
            var quantiles = NetworkOutputs.Of(network, part).Quantiles;
            return (at, level) => Between(quantiles, at, level);
        }

        int outputs = part.Target.Outputs;
        float[] all = network.Outputs(part);
        return (at, level) =>
        {
            Span<float> own = stackalloc float[distribution.OutputsPerTarget];
            NetworkOutputs.Gather(all, at, outputs, own);
            return distribution.Quantile(own, Math.Clamp(level, MinLevel, 1 - MinLevel));
        };
    }

    /// <summary>Interpolates linearly between the two quantiles next to a level; beyond the outermost ones, extrapolates from the outermost two.</summary>
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
