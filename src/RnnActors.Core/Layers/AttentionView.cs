namespace RnnActors.Core.Layers;

/// <summary>How much each step of a pass looked at each step of a memory.</summary>
/// <param name="weights">(positions, stride); empty where nothing attends.</param>
/// <param name="stride">Steps of the longest memory.</param>
public readonly ref struct AttentionView(ReadOnlySpan<float> weights, int stride)
{
    private readonly ReadOnlySpan<float> _weights = weights;

    public bool IsEmpty => _weights.IsEmpty;

    /// <summary>The weights of a position's memory of that many steps; nothing where nothing attends.</summary>
    public float[] RowOf(int position, int length) => IsEmpty ? [] : _weights.Slice(position * stride, length).ToArray();
}
