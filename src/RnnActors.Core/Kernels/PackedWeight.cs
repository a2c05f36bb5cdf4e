namespace RnnActors.Core.Kernels;

/// <summary>
/// A weight (outputs, inputs), as PyTorch stores it, packed for the two products that a layer makes with it. They are never made at once, so they share the memory
/// of one: each is packed when it is asked for, unless it is the one that lies there.
/// </summary>
internal sealed class PackedWeight
{
    private readonly PackedMatrix _forward;
    private readonly PackedMatrix? _backward;
    private ReadOnlyMemory<float> _weight;
    private PackedMatrix? _packed;

    /// <param name="needsBackward">Whether gradients are multiplied with it too.</param>
    public PackedWeight(int outputs, int inputs, bool needsBackward)
    {
        int length = PackedMatrix.Memory(inputs, outputs);
        var memory = new AlignedBuffer(needsBackward ? Math.Max(length, PackedMatrix.Memory(outputs, inputs)) : length);
        _forward = new PackedMatrix(inputs, outputs, memory);
        if (needsBackward) _backward = new PackedMatrix(outputs, inputs, memory);
    }

    /// <summary>The right operand of x·Wᵀ: (inputs, outputs).</summary>
    public PackedMatrix Forward
    {
        get
        {
            if (_packed != _forward) _forward.PackTransposed(_weight.Span);
            return _packed = _forward;
        }
    }

    /// <summary>Whether there is a <see cref="Backward"/>.</summary>
    public bool HasBackward => _backward is not null;

    /// <summary>The right operand of g·W: (outputs, inputs).</summary>
    public PackedMatrix Backward
    {
        get
        {
            if (_packed != _backward) _backward!.Pack(_weight.Span);
            return _packed = _backward!;
        }
    }

    /// <summary>Takes new values.</summary>
    /// <param name="weight">(outputs, inputs), read until the next ones are taken.</param>
    public void Take(ReadOnlyMemory<float> weight) => (_weight, _packed) = (weight, null);
}
