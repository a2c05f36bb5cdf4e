using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Layers;

/// <summary>What explanations look at: gates, states and their gradients.</summary>
internal abstract partial class RecurrentLayer
{
    /// <summary>Where it stands.</summary>
    public RecurrentPlace Where => Place;

    /// <summary>The gates in the order in which they lie, with those that are candidates; none where the output is all that there is.</summary>
    public abstract IReadOnlyList<string> GateNames { get; }

    /// <summary>H: values of each gate.</summary>
    public int GateUnits => Units;

    /// <summary>A gate's values at a position after a forward pass, which the backward pass overwrites: (H).</summary>
    public ReadOnlySpan<float> GateAt(int position, int gate) => Gates.Span.Slice((position * GateStride) + (gate * Units), Units);

    /// <summary>The cell's state at a position after a forward pass, (<see cref="CellWidth"/>); nothing where it has none.</summary>
    public virtual ReadOnlySpan<float> CellAtPosition(int position) => [];

    /// <summary>The gradient with respect to the state at a position, by all ways, after a backward pass that is explained: (<see cref="Width"/>).</summary>
    public ReadOnlySpan<float> StateGradientAt(int position) => _stateGradients!.Span.Slice(position * Width, Width);

    /// <summary>What comes from the step after, and from above.</summary>
    private void KeepStateGradient(int t, int rows, ReadOnlySpan<float> hidden, ReadOnlySpan<float> output, int stride)
    {
        Span<float> kept = _stateGradients!.Span.Slice(Layout.FirstAt(t) * Width, rows * Width);
        hidden[..kept.Length].CopyTo(kept);
        for (int row = 0; row < rows; row++) Add.Into(kept.Slice(row * Width, Width), output.Slice(row * stride, Width));
    }
}
