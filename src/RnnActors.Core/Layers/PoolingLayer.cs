using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>Pooling over each row's own steps, in order of time.</summary>
internal sealed class PoolingLayer : Layer
{
    private readonly SignalBuffer _input;
    private readonly PoolingMode _mode;

    // The time of the largest value of each row and feature.
    private readonly int[] _times;

    public PoolingLayer(Pooling spec, PassSetup setup)
    {
        (_input, _mode) = (setup.Input, spec.Mode);
        _times = new int[_mode == PoolingMode.Max ? checked(setup.Capacity * _input.Features) : 0];
        Output = new SignalBuffer(setup.RowLayout, spec.Output(_input.Shape), setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => default;

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int features = _input.Features;
        for (int row = 0; row < context.Rows; row++)
        {
            Span<float> pooled = Output.Values.Slice(row * features, features);
            int length = _input.Layout.LengthOf(row);
            At(_mode == PoolingMode.Last ? length - 1 : 0, row, _input.Values).CopyTo(pooled);
            switch (_mode)
            {
                case PoolingMode.Mean:
                    AddOthers(row, length, pooled);
                    for (int i = 0; i < features; i++) pooled[i] /= length;
                    break;
                case PoolingMode.Sum:
                    AddOthers(row, length, pooled);
                    break;
                case PoolingMode.Max:
                    TakeLargest(row, length, pooled);
                    break;
            }
        }
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_input.HasGradient) return;
        int features = _input.Features;
        Span<float> all = _input.Gradient;
        if (_mode is PoolingMode.Last or PoolingMode.Max) all[.._input.Length].Clear();
        for (int row = 0; row < context.Rows; row++)
        {
            ReadOnlySpan<float> gradient = Output.Gradient.Slice(row * features, features);
            int length = _input.Layout.LengthOf(row);
            switch (_mode)
            {
                case PoolingMode.Last:
                    gradient.CopyTo(At(length - 1, row, all));
                    break;
                case PoolingMode.Mean:
                    for (int t = 0; t < length; t++)
                    {
                        Span<float> step = At(t, row, all);
                        for (int i = 0; i < features; i++) step[i] = gradient[i] / length;
                    }

                    break;
                case PoolingMode.Sum:
                    for (int t = 0; t < length; t++) gradient.CopyTo(At(t, row, all));
                    break;
                default:
                    for (int i = 0; i < features; i++) At(_times[(row * features) + i], row, all)[i] = gradient[i];
                    break;
            }
        }
    }

    /// <summary>Adds a row's steps after the first.</summary>
    private void AddOthers(int row, int length, Span<float> pooled)
    {
        for (int t = 1; t < length; t++) Add.Into(pooled, At(t, row, _input.Values));
    }

    private void TakeLargest(int row, int length, Span<float> pooled)
    {
        Span<int> times = _times.AsSpan(row * pooled.Length, pooled.Length);
        times.Clear();
        for (int t = 1; t < length; t++)
        {
            ReadOnlySpan<float> step = At(t, row, _input.Values);
            for (int i = 0; i < pooled.Length; i++)
                if (step[i] > pooled[i]) (pooled[i], times[i]) = (step[i], t);
        }
    }

    /// <summary>A row's features at time <paramref name="t"/>.</summary>
    private Span<float> At(int t, int row, Span<float> values) => values.Slice(_input.Layout.PositionOf(t, row) * _input.Features, _input.Features);
}
