using RnnActors.Core.Kernels;

namespace RnnActors.Core.Layers;

/// <summary>
/// r, z = σ(·), n = tanh(W·x + b + r∘(U·h(t-1) + c)), h(t) = (1 - z)∘n + z∘h(t-1): reset after the product, with two biases. The formulas of PyTorch's
/// <c>nn.GRU</c>, which are cuDNN's.
/// </summary>
internal sealed class GruPass : RecurrentPass
{
    private readonly AlignedBuffer _product, _candidateProducts, _zeros;
    private readonly AlignedBuffer? _recurrentGradient;

    public GruPass(Gru spec, RecurrentPlace place)
        : base(spec, place, gates: 3)
    {
        int capacity = place.Setup.Capacity;
        _product = new AlignedBuffer(capacity * GateWidth);
        _candidateProducts = new AlignedBuffer(place.Setup.Training ? checked(Steps * capacity * Units) : capacity * Units);
        _zeros = new AlignedBuffer(capacity * Units);
        if (place.Setup.Training) _recurrentGradient = new AlignedBuffer(checked(Steps * capacity * GateWidth));
    }

    public override int StateWidth => Units;

    protected override bool SharesGatesGradient => false;

    protected override void CombineBiases()
    {
        // The recurrent bias stays inside the reset gate's product.
    }

    protected override void StepForward(
        int t, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride, Span<float> output, int outputStride)
    {
        Span<float> product = _product.Span[..(rows * GateWidth)];
        if (hasPrevious)
        {
            MultiplyRecurrentWithBias(read, readStride, rows, product);
        }
        else
        {
            for (int row = 0; row < rows; row++) RecurrentBias.Span.CopyTo(product[(row * GateWidth)..]);
            previous = _zeros.Span;
            previousStride = Units;
        }

        GruCell.Forward(GatesAt(t, rows), product, previous, previousStride, CandidateAt(t, rows), output, outputStride, rows, Units);
    }

    protected override bool StepBackward(
        int t, int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden)
    {
        if (previous.IsEmpty)
        {
            previous = _zeros.Span;
            previousStride = Units;
        }

        Span<float> recurrent = _recurrentGradient!.Span.Slice(t * rows * GateWidth, rows * GateWidth);
        GruCell.Backward(GatesAt(t, rows), recurrent, previous, previousStride, CandidateAt(t, rows), outputGradient, stride, hidden, rows, Units);
        return true;
    }

    protected override ReadOnlySpan<float> RecurrentGatesGradient(int t, int rows) => _recurrentGradient!.Span[(t * rows * GateWidth)..];

    /// <summary>U·h(t-1) + c of the candidate, before the reset gate: (B, H).</summary>
    private Span<float> CandidateAt(int t, int rows) =>
        _candidateProducts.Span.Slice((Place.Setup.Training ? t : 0) * rows * Units, rows * Units);
}
