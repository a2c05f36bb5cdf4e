using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Layers;

/// <summary>h(t) = activation(W·x(t) + b + U·h(t-1) + c).</summary>
internal sealed class SimpleRnnLayer(SimpleRnn spec, RecurrentPlace place) : RecurrentLayer(spec, place, gates: 1)
{
    private readonly ActivationFunction _activation = spec.Activation;

    public override IReadOnlyList<string> GateNames => [];

    protected override void StepForward(
        int k, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride,
        Span<float> output, int outputStride)
    {
        Span<float> gates = GatesAt(Direction.TimeOf(k));
        if (hasPrevious) MultiplyRecurrent(read, readStride, rows, gates);
        _activation.Apply(gates);
        CopyRows(gates, Units, output, outputStride, rows, Units);
    }

    protected override bool StepBackward(
        int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden)
    {
        Span<float> gates = GatesAt(Direction.TimeOf(k));
        if (stride == Units) Add.Into(hidden, outputGradient[..hidden.Length]);
        else for (int row = 0; row < rows; row++) Add.Into(hidden.Slice(row * Units, Units), outputGradient.Slice(row * stride, Units));
        _activation.Differentiate(gates, hidden);
        hidden.CopyTo(gates);
        return false;
    }
}
