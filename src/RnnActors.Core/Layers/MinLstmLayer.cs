using RnnActors.Core.Kernels.Cells;

namespace RnnActors.Core.Layers;

/// <summary>
/// f, i = σ(W·x + b), n = W·x + b, h(t) = (f∘h(t-1) + i∘n) / (f + i). No gate reads the state, so the input's products are the only ones. Feng et al. 2024,
/// arXiv:2410.01201, in the plain form, not the one in log space for a parallel scan: steps run one after another, so single steps give the same bits.
/// </summary>
internal sealed class MinLstmLayer(MinLstm spec, RecurrentPlace place) : RecurrentLayer(spec, place, gates: 3)
{
    public override IReadOnlyList<string> GateNames => ["forget", "input", "candidate"];

    protected override void StepForward(
        int k, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride,
        Span<float> output, int outputStride)
    {
        // Zeros where there is no initial state.
        if (!hasPrevious)
        {
            previous = InitialHidden.Span;
            previousStride = Units;
        }

        MinLstmCell.Forward(GatesAt(Direction.TimeOf(k)), GateStride, previous, previousStride, output, outputStride, rows, Units);
    }

    protected override bool StepBackward(
        int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden)
    {
        if (previous.IsEmpty)
        {
            previous = InitialHidden.Span;
            previousStride = Units;
        }

        MinLstmCell.Backward(GatesAt(Direction.TimeOf(k)), GateStride, previous, previousStride, outputGradient, stride, hidden, rows, Units);
        return true;
    }
}
