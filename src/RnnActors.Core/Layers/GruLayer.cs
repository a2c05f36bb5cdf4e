using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Layers;

/// <summary>
/// r, z = σ(·), n = tanh(W·x + b + r∘(U·h(t-1) + c)), h(t) = (1 - z)∘n + z∘h(t-1): reset after the product, with two biases.
/// The formulas of PyTorch's <c>nn.GRU</c>, which are cuDNN's.
/// </summary>
internal sealed class GruLayer : RecurrentLayer
{
    private readonly AlignedBuffer _product, _candidateProducts, _zeros;

    public GruLayer(Gru spec, RecurrentPlace place)
        : base(spec, place, gates: 3)
    {
        int capacity = place.Setup.Capacity;
        _product = new AlignedBuffer(capacity * GateStride);
        _candidateProducts = new AlignedBuffer(place.Setup.Training ? checked(Layout.MaxPositions * Units) : capacity * Units);
        _zeros = new AlignedBuffer(capacity * Units);
    }

    public override IReadOnlyList<string> GateNames => ["reset", "update", "candidate"];

    /// <summary>The gradient of the candidate's product, which is the gate's times r. It overwrites the product once that was read for the last time.</summary>
    protected override ReadOnlySpan<float> LastProductGradient => _candidateProducts.Span;

    protected override void CombineBiases()
    {
        // The candidate's recurrent bias is multiplied by the reset gate, so it cannot be added to the other.
    }

    protected override void StepForward(
        int k, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride,
        Span<float> output, int outputStride)
    {
        int t = Direction.TimeOf(k);
        Span<float> product = _product.Span[..(rows * GateStride)];
        if (hasPrevious)
        {
            MultiplyRecurrentWithBias(read, readStride, rows, product);
        }
        else
        {
            for (int row = 0; row < rows; row++) RecurrentBias.Span.CopyTo(product[(row * GateStride)..]);
            previous = _zeros.Span;
            previousStride = Units;
        }

        GruCell.Forward(GatesAt(t), GateStride, product, previous, previousStride, CandidateAt(t), output, outputStride, rows, Units);
    }

    protected override bool StepBackward(
        int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden)
    {
        if (previous.IsEmpty)
        {
            previous = _zeros.Span;
            previousStride = Units;
        }

        int t = Direction.TimeOf(k);
        Span<float> product = _product.Span[..(rows * GateStride)];
        GruCell.Backward(GatesAt(t), GateStride, product, previous, previousStride, CandidateAt(t), outputGradient, stride, hidden, rows, Units);
        return true;
    }

    protected override ReadOnlySpan<float> RecurrentGatesGradient(int t) => _product.Span;

    /// <summary>The candidate's U·h(t-1) + c, before the reset gate; after the backward pass its gradient: (rows active, H).</summary>
    private Span<float> CandidateAt(int t) =>
        _candidateProducts.Span.Slice((Place.Setup.Training ? Layout.FirstAt(t) : 0) * Units, Layout.CountAt(t) * Units);
}
