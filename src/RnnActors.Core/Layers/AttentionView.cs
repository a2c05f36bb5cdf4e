namespace RnnActors.Core.Layers;

/// <summary>The attention weights of a pass: of each step over the steps of its memory.</summary>
/// <param name="weights">(positions, stride); empty without attention.</param>
/// <param name="stride">Steps of the longest memory.</param>
public readonly ref struct AttentionView(ReadOnlySpan<float> weights, int stride)
{
    private readonly ReadOnlySpan<float> _weights = weights;

    public bool IsEmpty => _weights.IsEmpty;

    /// <summary>The weights of a position over a memory of <paramref name="length"/> steps; empty without attention.</summary>
    public float[] RowOf(int position, int length) => IsEmpty ? [] : _weights.Slice(position * stride, length).ToArray();
}
