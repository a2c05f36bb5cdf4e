using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// The dependence between the errors at different steps and targets of one forecast: the empirical copula of the validation windows. A path takes the ranks of
/// the errors in one window, so that what persists in the data persists in a path. Clark et al. 2004, the Schaake shuffle.
/// </summary>
internal sealed class StepDependence
{
    /// <summary>The minimum number of windows from which a dependence can be estimated.</summary>
    private const int MinWindows = 20;

    /// <summary>The maximum size; more takes longer to read than it saves.</summary>
    private const long MaxBytes = 16L << 20;

    private const string Name = "paths.ranks";

    private readonly int[] _ranks; // (windows, outputs), from 0
    private readonly int _windows, _outputs;

    private StepDependence(int[] ranks, int windows, int outputs) => (_ranks, _windows, _outputs) = (ranks, windows, outputs);

    /// <summary>False if too few validation windows had all their targets.</summary>
    public bool IsKnown => _windows > 0;

    public static StepDependence Fit(TrainedNetwork network, WindowDataset validation)
    {
        NetworkOutputs said = NetworkOutputs.Of(network, validation);
        int outputs = validation.Target.Outputs;
        double[] errors = new double[said.Points.Length];
        for (int i = 0; i < errors.Length; i++)
        {
            // In widths of the forecast's own distribution, which differ between windows.
            double width = said.Quantiles.Count > 1 ? said.Quantiles[^1].Values[i] - said.Quantiles[0].Values[i] : 1;
            errors[i] = (validation.TargetOf(validation.At(i / outputs), i % outputs) - said.Points[i]) / (width > 0 ? width : 1);
        }

        int[] whole = [.. Enumerable.Range(0, validation.Rows)
            .Where(row => !errors.AsSpan(row * outputs, outputs).ContainsAnyExceptInRange(double.MinValue, double.MaxValue))];
        if (whole.Length < MinWindows) return new([], 0, outputs);
        int[] ranks = new int[whole.Length * outputs];
        for (int output = 0; output < outputs; output++)
        {
            int own = output;
            int[] order = [.. Enumerable.Range(0, whole.Length).OrderBy(window => errors[(whole[window] * outputs) + own])];
            for (int rank = 0; rank < order.Length; rank++) ranks[(order[rank] * outputs) + output] = rank;
        }

        return new(ranks, whole.Length, outputs);
    }

    /// <summary>The tensor that a run stores; none if it is too large to be worth it.</summary>
    public IEnumerable<NamedTensor> Tensors() =>
        (long)_ranks.Length * sizeof(int) <= MaxBytes ? [NamedTensor.Of<int>(Name, _ranks, _windows, _outputs)] : [];

    /// <param name="file">A file with the tensor of <see cref="Tensors"/>.</param>
    /// <param name="outputs">Targets · horizon.</param>
    /// <returns>Null if the file has no such tensor.</returns>
    /// <exception cref="Core.Problems.InvalidInputException">The tensor is invalid.</exception>
    public static StepDependence? Restore(SafetensorsFile file, int outputs)
    {
        if (file.Find(Name) is not { } tensor) return null;
        if (!tensor.IsOf<int>() || tensor.Shape.Count != 2 || tensor.Shape[1] != outputs || tensor.Shape[0] is > 0 and < MinWindows)
            throw CalibrationFile.Unusable(file.Path, $"its values '{Name}' have another type or shape");
        int[] ranks = tensor.Values<int>().ToArray();
        int windows = (int)tensor.Shape[0];
        if (ranks.AsSpan().ContainsAnyExceptInRange(0, windows - 1)) throw CalibrationFile.Unusable(file.Path, $"its values '{Name}' are no ranks");
        return new(ranks, windows, outputs);
    }

    /// <summary>Draws the level of each output in a path, in (0, 1): the ranks of one window, with a random position within each rank.</summary>
    /// <param name="levels">(targets · horizon), overwritten.</param>
    public void Draw(ref RandomSequence random, Span<double> levels)
    {
        int window = (int)(random.NextDouble() * _windows);
        for (int output = 0; output < levels.Length; output++) levels[output] = (_ranks[(window * _outputs) + output] + random.NextDouble()) / _windows;
    }
}
