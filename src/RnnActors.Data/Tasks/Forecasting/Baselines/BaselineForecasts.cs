using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>
/// A baseline's forecasts, (rows, targets · horizon), in the targets' own units. They are computed for some windows at a time, when they are read.
/// </summary>
internal sealed class BaselineForecasts(Baseline baseline, WindowDataset part)
{
    private const int ValuesAtOnce = 1 << 15;

    private readonly int _rowsAtOnce = Math.Max(1, ValuesAtOnce / part.Target.Outputs);
    private double[] _block = [];
    private int _first = -1;

    public IReadOnlyList<double> Values => new ComputedList<double>(part.Rows * part.Target.Outputs, At);

    private double At(int at)
    {
        int outputs = part.Target.Outputs, first = at / outputs / _rowsAtOnce * _rowsAtOnce;
        if (first != _first)
        {
            _block = baseline.Predict(part.Slice(first, Math.Min(_rowsAtOnce, part.Rows - first)));
            _first = first;
        }

        return _block[at - (first * outputs)];
    }
}
