using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// Windows of consecutive origins over one prepared series: inputs (T, B, I), targets (B, targets · horizon), target-major: all steps of the first target,
/// then all of the second. Nothing is copied but into the batch. A target whose row is not there (behind the end of the file) is 0.
/// </summary>
public sealed class WindowDataset : SequenceDataset
{
    private readonly PreparedSeries _series;

    internal WindowDataset(PreparedSeries series, int firstOrigin, int rows)
    {
        (_series, FirstOrigin, Rows) = (series, firstOrigin, rows);
        Input = new(series.InputWidth);
        Target = new(series.TargetCount * series.Shape.Horizon, IsSequence: false, IsLabels: false);
    }

    public override int Rows { get; }

    public override int Steps => _series.Shape.Window;

    public override Shape Input { get; }

    public override TargetShape Target { get; }

    /// <summary>The table's row that the first window forecasts first; window <c>i</c> forecasts first <c>FirstOrigin + i</c>.</summary>
    public int FirstOrigin { get; }

    internal PreparedSeries Series => _series;

    public override void Read(ReadOnlySpan<int> rows, Batch batch)
    {
        batch.Rows = rows.Length;
        int width = _series.InputWidth;
        Span<float> inputs = batch.Inputs;
        Span<float> targets = batch.Targets;
        for (int b = 0; b < rows.Length; b++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(rows[b]);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rows[b], Rows);
            int origin = FirstOrigin + rows[b];
            ReadOnlySpan<float> window = _series.Inputs.AsSpan((origin - Steps) * width, Steps * width);
            for (int t = 0; t < Steps; t++) window.Slice(t * width, width).CopyTo(inputs[(((t * rows.Length) + b) * width)..]);

            Span<float> row = targets.Slice(b * Target.Outputs, Target.Outputs);
            for (int o = 0; o < row.Length; o++) row[o] = (float)TargetOf(origin, o);
        }
    }

    /// <summary>What came, in the targets' own units: (rows, targets · horizon).</summary>
    internal double[] Actual()
    {
        double[] actual = new double[Rows * Target.Outputs];
        for (int i = 0; i < actual.Length; i++)
        {
            (int row, int output) = Math.DivRem(i, Target.Outputs);
            (int target, int step) = Math.DivRem(output, _series.Shape.Horizon);
            actual[i] = _series.Actual[((FirstOrigin + row + step) * _series.TargetCount) + target];
        }

        return actual;
    }

    /// <summary>What the network should give for output <paramref name="output"/> of the window at <paramref name="origin"/>.</summary>
    internal double TargetOf(int origin, int output)
    {
        (int target, int step) = Math.DivRem(output, _series.Shape.Horizon);
        if (origin + step >= _series.Rows) return 0;
        double value = _series.Transformed[((origin + step) * _series.TargetCount) + target];
        return _series.Preparation.Targets[target].Scale.Apply(value - BaseOf(origin, target, step));
    }

    /// <summary>An output of the network, in the target's own units again.</summary>
    internal double Restore(int origin, int output, double scaled)
    {
        (int target, int step) = Math.DivRem(output, _series.Shape.Horizon);
        double value = _series.Preparation.Targets[target].Scale.Undo(scaled) + BaseOf(origin, target, step);
        return ValueTransforms.Undo(_series.Preparation.Spec.Transform, value, _series.Preparation.NoiseVariances?[output] ?? 0);
    }

    private double BaseOf(int origin, int target, int step) => _series.Shape.RelativeTo == TargetBase.None
        ? 0
        : _series.Transformed[(_series.Shape.BaseRow(origin, step) * _series.TargetCount) + target];
}
