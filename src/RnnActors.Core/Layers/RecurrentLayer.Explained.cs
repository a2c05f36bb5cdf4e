using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Layers;

/// <summary>What explanations read: gates, states and their gradients.</summary>
internal abstract partial class RecurrentLayer
{
    /// <summary>The layer's place in its stack.</summary>
    public RecurrentPlace Where => Place;

    /// <summary>Names of the gates and candidates in their order in memory; empty where the cell has only its output.</summary>
    public abstract IReadOnlyList<string> GateNames { get; }

    /// <summary>H: values of each gate.</summary>
    public int GateUnits => Units;

    /// <summary>(H): a gate's values at a position, after a forward pass and until the backward pass overwrites them.</summary>
    public ReadOnlySpan<float> GateAt(int position, int gate) => Gates.Span.Slice((position * GateStride) + (gate * Units), Units);

    /// <summary>The cell state at a position after a forward pass, (<see cref="CellWidth"/>); empty where there is none.</summary>
    public virtual ReadOnlySpan<float> CellAtPosition(int position) => [];

    /// <summary>The total gradient with respect to the state at a position, after a backward pass for explanations: (<see cref="Width"/>).</summary>
    public ReadOnlySpan<float> StateGradientAt(int position) => _stateGradients!.Span.Slice(position * Width, Width);

    /// <summary>Keeps the sum of the gradients from the step after and from above.</summary>
    private void KeepStateGradient(int t, int rows, ReadOnlySpan<float> hidden, ReadOnlySpan<float> output, int stride)
    {
        Span<float> kept = _stateGradients!.Span.Slice(Layout.FirstAt(t) * Width, rows * Width);
        hidden[..kept.Length].CopyTo(kept);
        for (int row = 0; row < rows; row++) Add.Into(kept.Slice(row * Width, Width), output.Slice(row * stride, Width));
    }
}
