using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>A weight's shape, as far as packing needs it.</summary>
/// <param name="Gates">Number of gates that make up the outputs.</param>
/// <param name="NeedsBackward">Whether gradients are multiplied by it too.</param>
internal readonly record struct WeightShape(int Outputs, int Inputs, int Gates, bool NeedsBackward);

/// <summary>
/// A weight (outputs, inputs), as PyTorch stores it, packed for the two products that a layer makes with it. Both packings need not exist at once: a pass
/// acquires the one it needs and releases it at its end.
/// </summary>
internal abstract class PackedWeight
{
    /// <summary>Whether gradients are multiplied by it too.</summary>
    public abstract bool HasBackward { get; }

    /// <summary>The weight's values.</summary>
    protected ReadOnlyMemory<float> Weight { get; private set; }

    /// <summary>Sets new values; they are packed when first used.</summary>
    /// <param name="weight">(outputs, inputs). It is read until the next call.</param>
    public void Take(ReadOnlyMemory<float> weight)
    {
        Weight = weight;
        Forget();
    }

    /// <summary>The right operand of x·Wᵀ: (inputs, outputs).</summary>
    public abstract PackedUse UseForward();

    /// <summary>The right operand of g·W: (outputs, inputs).</summary>
    public abstract PackedUse UseBackward();

    /// <summary>Invalidates the packings of the previous values.</summary>
    protected virtual void Forget()
    {
    }
}

/// <summary>A weight that one thread packs for itself.</summary>
internal sealed class OwnPackedWeight : PackedWeight
{
    /// <summary>Floats of a weight from which on packing it again is preferred to memory for both packings.</summary>
    private const int LargeWeight = 2 * 1024 * 1024;

    private readonly PackedMatrix _forward;
    private readonly PackedMatrix? _backward;
    private readonly bool _takesTurns;
    private bool _hasForward, _hasBackward;

    /// <param name="helpers">Threads that help with forward products of one row; null for none.</param>
    /// <param name="isRepeated">Whether several passes use the same values. A weight that is not large then has memory for both packings.</param>
    public OwnPackedWeight(WeightShape shape, IntraOpThreads? helpers, bool isRepeated)
    {
        var (outputs, inputs, gates, needsBackward) = shape;
        int length = PackedMatrix.Memory(inputs, outputs);
        bool takesTurns = needsBackward && (!isRepeated || length >= LargeWeight);
        var memory = new AlignedBuffer(takesTurns ? Math.Max(length, PackedMatrix.Memory(outputs, inputs)) : length);
        _forward = new PackedMatrix(inputs, outputs, memory) { Groups = gates };
        _forward.Shares = helpers?.Share(_forward);
        if (needsBackward) _backward = takesTurns ? new PackedMatrix(outputs, inputs, memory) : new PackedMatrix(outputs, inputs);
        _takesTurns = takesTurns;
    }

    public override bool HasBackward => _backward is not null;

    public override PackedUse UseForward()
    {
        if (!_hasForward) _forward.PackTransposed(Weight.Span);
        (_hasForward, _hasBackward) = (true, _hasBackward && !_takesTurns);
        return new PackedUse(_forward);
    }

    public override PackedUse UseBackward()
    {
        if (!_hasBackward) _backward!.Pack(Weight.Span);
        (_hasForward, _hasBackward) = (_hasForward && !_takesTurns, true);
        return new PackedUse(_backward!);
    }

    protected override void Forget() => _hasForward = _hasBackward = false;
}

/// <summary>A weight whose packings all replicas of a process share.</summary>
/// <param name="replica">The replica that uses it.</param>
/// <param name="offset">The weight's offset in the parameters.</param>
internal sealed class SharedPackedWeight(WeightShape shape, ReplicaWeights replica, int offset) : PackedWeight
{
    private readonly SharedPacking _forward = replica.Shared.Find(offset, shape.Inputs, shape.Outputs, transposed: true, shape.Gates);
    private readonly SharedPacking? _backward = shape.NeedsBackward ? replica.Shared.Find(offset, shape.Outputs, shape.Inputs, transposed: false) : null;

    public override bool HasBackward => _backward is not null;

    public override PackedUse UseForward() => _forward.Enter(replica.Version, Weight.Span);

    public override PackedUse UseBackward() => _backward!.Enter(replica.Version, Weight.Span);
}
