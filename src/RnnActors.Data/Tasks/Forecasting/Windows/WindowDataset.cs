using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Windows of one series with consecutive origins.</summary>
/// <param name="Series">The number of the series.</param>
/// <param name="Origin">The first row that the first window forecasts.</param>
internal readonly record struct WindowRange(int Series, int Origin, int Count);

/// <summary>One window.</summary>
/// <param name="Series">The number of the series.</param>
/// <param name="Origin">The first row that it forecasts.</param>
internal readonly record struct Window(int Series, int Origin);

/// <summary>
/// Windows over the series of a panel: inputs (T, B, I) and targets (B, targets · horizon), target-major: all steps of the first target, then all of the
/// second. Values are only copied into batches. A target that was not observed, or lies after the end of the file, is NaN.
/// </summary>
public sealed class WindowDataset : SequenceDataset
{
    private readonly PreparedPanel _panel;
    private readonly WindowRange[] _ranges;

    /// <summary>The first window of each range.</summary>
    private readonly int[] _firsts;

    internal WindowDataset(PreparedPanel panel, params IReadOnlyList<WindowRange> ranges)
    {
        _panel = panel;
        _ranges = [.. ranges.Where(range => range.Count > 0)];
        _firsts = new int[_ranges.Length];
        for (int i = 0; i < _ranges.Length; i++)
        {
            _firsts[i] = Rows;
            Rows = checked(Rows + _ranges[i].Count);
        }

        Input = new(panel.InputWidth);
        Target = new(panel.TargetCount * panel.Shape.Horizon, IsSequence: false, IsLabels: false);
    }

    public override int Rows { get; }

    public override int Steps => _panel.Shape.Window;

    public override Shape Input { get; }

    /// <summary>The values, and a token for each step for each input of an embedded column.</summary>
    public override IReadOnlyList<NamedSignal> Inputs => _panel.Preparation.Signals;

    public override TargetShape Target { get; }

    /// <summary>The row of the panel that the first window forecasts first.</summary>
    public int FirstOrigin => _ranges.Length == 0 ? 0 : _ranges[0].Origin;

    internal PreparedPanel Panel => _panel;

    internal IReadOnlyList<WindowRange> Ranges => _ranges;

    public override void Read(ReadOnlySpan<int> rows, Batch batch)
    {
        batch.Rows = rows.Length;
        int width = _panel.InputWidth, embedded = batch.AllInputs.Count - 1;
        Span<float> inputs = batch.Inputs;
        Span<float> targets = batch.Targets;
        for (int b = 0; b < rows.Length; b++)
        {
            Window window = At(rows[b]);
            ReadOnlySpan<float> source = _panel.Inputs.AsSpan((window.Origin - Steps) * width, Steps * width);
            for (int t = 0; t < Steps; t++) source.Slice(t * width, width).CopyTo(inputs[(((t * rows.Length) + b) * width)..]);
            if (_panel.Interpolated is not null) ForgetWhatComes(window, inputs[(b * width)..], rows.Length * width);
            for (int e = 0; e < embedded; e++)
            {
                Span<int> tokens = batch.AllInputs[1 + e].Tokens;
                for (int t = 0; t < Steps; t++) tokens[(t * rows.Length) + b] = _panel.Tokens[((window.Origin - Steps + t) * embedded) + e];
            }

            foreach (int input in _panel.RelativeInputs) Normalize(inputs[((b * width) + input)..], rows.Length * width);

            ReadTargets(window, targets.Slice(b * Target.Outputs, Target.Outputs));
        }
    }

    /// <summary>Reads the targets of a window, scaled as the network's outputs; NaN where they were not observed.</summary>
    /// <param name="row">(targets · horizon), overwritten.</param>
    internal void ReadTargets(Window window, Span<float> row)
    {
        int horizon = _panel.Shape.Horizon;
        for (int target = 0; target < _panel.TargetCount; target++)
        {
            WindowScale relative = ScaleOf(window, target);
            for (int step = 0; step < horizon; step++) row[(target * horizon) + step] = (float)TargetOf(window, target, step, relative);
        }
    }

    /// <summary>The window of a row.</summary>
    internal Window At(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        int range = Array.BinarySearch(_firsts, row);
        if (range < 0) range = ~range - 1;
        return new(_ranges[range].Series, _ranges[range].Origin + row - _firsts[range]);
    }

    /// <summary>The observed targets, in their own units, with their index in (rows, targets · horizon).</summary>
    internal IEnumerable<(Window Window, int Target, int Step, double Actual, int At)> Observed()
    {
        int horizon = _panel.Shape.Horizon, at = 0;
        for (int row = 0; row < Rows; row++)
        {
            Window window = At(row);
            for (int output = 0; output < Target.Outputs; output++, at++)
            {
                (int target, int step) = Math.DivRem(output, horizon);
                double actual = ActualOf(window, target, step);
                if (double.IsFinite(actual)) yield return (window, target, step, actual, at);
            }
        }
    }

    /// <summary>Some consecutive windows.</summary>
    internal WindowDataset Slice(int first, int count)
    {
        List<WindowRange> ranges = [];
        for (int i = 0; i < _ranges.Length; i++)
        {
            int begin = Math.Max(first, _firsts[i]), end = Math.Min(first + count, _firsts[i] + _ranges[i].Count);
            if (begin < end) ranges.Add(_ranges[i] with { Origin = _ranges[i].Origin + begin - _firsts[i], Count = end - begin });
        }

        return new(_panel, ranges);
    }

    /// <summary>The observed value, in the target's own unit; NaN if it was not observed.</summary>
    internal double ActualOf(Window window, int target, int step) => window.Origin + step < _panel.Series[window.Series].End
        ? _panel.Actual[((window.Origin + step) * _panel.TargetCount) + target]
        : double.NaN;

    /// <summary>The target of output <paramref name="output"/> of a window, scaled as the network's outputs; NaN if it was not observed.</summary>
    internal double TargetOf(Window window, int output)
    {
        (int target, int step) = Math.DivRem(output, _panel.Shape.Horizon);
        return TargetOf(window, target, step, ScaleOf(window, target));
    }

    /// <summary>Converts an output of the network to the target's own unit.</summary>
    /// <param name="isPoint">False for a bound of an interval, which is not corrected for noise.</param>
    internal double Restore(Window window, int output, double scaled, bool isPoint = true)
    {
        (int target, int step) = Math.DivRem(output, _panel.Shape.Horizon);
        LinearScale scale = _panel.TargetScale(window.Series, target);
        WindowScale relative = ScaleOf(window, target);
        double value = scale.Undo((scaled * relative.Spread) + relative.Offset) + BaseOf(window.Origin, target, step);
        return ValueTransforms.Undo(_panel.TransformOf(target), value, isPoint ? _panel.Preparation.NoiseVariances?[output] ?? 0 : 0);
    }

    private double TargetOf(Window window, int target, int step, WindowScale relative)
    {
        if (!double.IsFinite(ActualOf(window, target, step))) return double.NaN;
        double value = _panel.Transformed[((window.Origin + step) * _panel.TargetCount) + target];
        return (_panel.TargetScale(window.Series, target).Apply(value - BaseOf(window.Origin, target, step)) - relative.Offset) / relative.Spread;
    }

    private double BaseOf(int origin, int target, int step) => _panel.Shape.RelativeTo == TargetBase.None
        ? 0
        : _panel.Transformed[(_panel.Shape.BaseRow(origin, step) * _panel.TargetCount) + target];

    /// <summary>The base of a target, with its scale.</summary>
    private WindowScale ScaleOf(Window window, int target)
    {
        if (_panel.Shape.Normalize == WindowNormalization.None) return new(0, 1);
        LinearScale scale = _panel.TargetScale(window.Series, target);
        (double level, double variance) = _panel.Shape.LevelOf(
            _panel.Transformed.AsSpan(((window.Origin - Steps) * _panel.TargetCount) + target, ((Steps - 1) * _panel.TargetCount) + 1), _panel.TargetCount);
        double spread = _panel.Shape.Normalize == WindowNormalization.Standard ? Math.Sqrt((variance / scale.Spread / scale.Spread) + WindowScale.Min) : 1;
        return new(scale.Apply(level), spread);
    }

    /// <summary>Normalises one input of one window by its own values.</summary>
    /// <param name="values">(T) with a distance of <paramref name="stride"/>.</param>
    private void Normalize(Span<float> values, int stride)
    {
        WindowNormalization rule = _panel.Shape.Normalize;
        double offset = values[(Steps - 1) * stride], spread = 1;
        if (rule != WindowNormalization.Last)
        {
            double sum = 0, squares = 0;
            for (int t = 0; t < Steps; t++) sum += values[t * stride];
            offset = sum / Steps;
            for (int t = 0; t < Steps && rule == WindowNormalization.Standard; t++) squares += (values[t * stride] - offset) * (values[t * stride] - offset);
            if (rule == WindowNormalization.Standard) spread = Math.Sqrt((squares / Steps) + WindowScale.Min);
        }

        for (int t = 0; t < Steps; t++) values[t * stride] = (float)((values[t * stride] - offset) / spread);
    }

    /// <summary>Replaces interpolated values at the end of a window by the last known one: the next one is not known yet.</summary>
    private void ForgetWhatComes(Window window, Span<float> values, int stride)
    {
        int width = _panel.InputWidth;
        for (int input = 0; input < width; input++)
        {
            int t = Steps - 1;
            while (t >= 0 && _panel.Interpolated![((window.Origin - Steps + t) * width) + input]) t--;
            if (t == Steps - 1) continue;
            int start = _panel.Series[window.Series].Start, known = Math.Max(start, window.Origin - Steps + t);
            while (known > start && _panel.Interpolated![(known * width) + input]) known--;
            float last = _panel.Inputs[(known * width) + input];
            for (int later = t + 1; later < Steps; later++) values[(later * stride) + input] = last;
        }
    }
}
