using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// How errors at the steps and targets of one forecast go together: the empirical copula of the validation windows. A path takes the ranks that the errors of
/// one window had, so that what lasts in the data lasts in a path. Clark et al. 2004, the Schaake shuffle.
/// </summary>
internal sealed class StepDependence
{
    /// <summary>Fewer windows tell nothing of how errors go together.</summary>
    private const int MinWindows = 20;

    private readonly int[] _ranks; // (windows, outputs), from 0
    private readonly int _windows, _outputs;

    private StepDependence(int[] ranks, int windows, int outputs) => (_ranks, _windows, _outputs) = (ranks, windows, outputs);

    /// <summary>Null where too few validation windows have all their targets.</summary>
    /// <param name="said">The network's outputs for <paramref name="validation"/>.</param>
    public static StepDependence? Fit(NetworkOutputs said, WindowDataset? validation)
    {
        if (validation is null) return null;
        int outputs = validation.Target.Outputs;
        double[] errors = new double[said.Points.Length];
        for (int i = 0; i < errors.Length; i++)
        {
            // In widths of the forecast's own distribution, since that is what differs between windows.
            double width = said.Quantiles.Count > 1 ? said.Quantiles[^1].Values[i] - said.Quantiles[0].Values[i] : 1;
            errors[i] = (validation.TargetOf(validation.At(i / outputs), i % outputs) - said.Points[i]) / (width > 0 ? width : 1);
        }

        int[] whole = [.. Enumerable.Range(0, validation.Rows)
            .Where(row => !errors.AsSpan(row * outputs, outputs).ContainsAnyExceptInRange(double.MinValue, double.MaxValue))];
        if (whole.Length < MinWindows) return null;
        int[] ranks = new int[whole.Length * outputs];
        for (int output = 0; output < outputs; output++)
        {
            int own = output;
            int[] order = [.. Enumerable.Range(0, whole.Length).OrderBy(window => errors[(whole[window] * outputs) + own])];
            for (int rank = 0; rank < order.Length; rank++) ranks[(order[rank] * outputs) + output] = rank;
        }

        return new(ranks, whole.Length, outputs);
    }

    /// <summary>The levels, in (0, 1), that each output has in a path: those of one window, by chance within their ranks.</summary>
    /// <param name="levels">(targets · horizon), overwritten.</param>
    public void Draw(ref RandomSequence random, Span<double> levels)
    {
        int window = (int)(random.NextDouble() * _windows);
        for (int output = 0; output < levels.Length; output++) levels[output] = (_ranks[(window * _outputs) + output] + random.NextDouble()) / _windows;
    }
}
