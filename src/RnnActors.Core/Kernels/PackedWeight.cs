namespace RnnActors.Core.Kernels;

/// <summary>
/// A weight (outputs, inputs), as PyTorch stores it, packed for the two products that a layer makes with it. It need not be packed for both at once, so a pass uses the one that
/// it is for and gives it back at its end.
/// </summary>
internal abstract class PackedWeight
{
    /// <summary>Whether gradients are multiplied with it too.</summary>
    public abstract bool HasBackward { get; }

    /// <summary>The weight's values.</summary>
    protected ReadOnlyMemory<float> Weight { get; private set; }

    /// <param name="needsBackward">Whether gradients are multiplied with it too.</param>
    /// <param name="shared">Where replicas of one process share their packed weights; null for one of its own.</param>
    /// <param name="offset">Where the weight lies in the parameters.</param>
    /// <param name="helpers">Who helps with forward products of one row, where the weight is the replica's own; null for nobody.</param>
    public static PackedWeight Create(int outputs, int inputs, bool needsBackward, ReplicaWeights? shared, int offset, RowHelpers? helpers = null) =>
        shared is null ? new OwnPackedWeight(outputs, inputs, needsBackward, helpers) : new SharedPackedWeight(outputs, inputs, needsBackward, shared, offset);

    /// <summary>Takes new values.</summary>
    /// <param name="weight">(outputs, inputs), read until the next ones are taken.</param>
    public void Take(ReadOnlyMemory<float> weight)
    {
        Weight = weight;
        Forget();
    }

    /// <summary>The right operand of x·Wᵀ: (inputs, outputs).</summary>
    public abstract PackedUse UseForward();

    /// <summary>The right operand of g·W: (outputs, inputs).</summary>
    public abstract PackedUse UseBackward();

    /// <summary>What is packed is of the values before.</summary>
    protected virtual void Forget()
    {
    }
}

/// <summary>Packed by one thread for itself.</summary>
internal sealed class OwnPackedWeight : PackedWeight
{
    private readonly PackedMatrix _forward;
    private readonly PackedMatrix? _backward;
    private PackedMatrix? _packed;

    public OwnPackedWeight(int outputs, int inputs, bool needsBackward, RowHelpers? helpers)
    {
        int length = PackedMatrix.Memory(inputs, outputs);
        var memory = new AlignedBuffer(needsBackward ? Math.Max(length, PackedMatrix.Memory(outputs, inputs)) : length);
        _forward = new PackedMatrix(inputs, outputs, memory);
        _forward.Shares = helpers?.Share(_forward);
        if (needsBackward) _backward = new PackedMatrix(outputs, inputs, memory);
    }

    public override bool HasBackward => _backward is not null;

    public override PackedUse UseForward()
    {
        if (_packed != _forward) _forward.PackTransposed(Weight.Span);
        return new PackedUse(_packed = _forward);
    }

    public override PackedUse UseBackward()
    {
        if (_packed != _backward) _backward!.Pack(Weight.Span);
        return new PackedUse(_packed = _backward!);
    }

    protected override void Forget() => _packed = null;
}

/// <summary>Packed by all replicas of a process for one another.</summary>
internal sealed class SharedPackedWeight(int outputs, int inputs, bool needsBackward, ReplicaWeights replica, int offset) : PackedWeight
{
    private readonly SharedPacking _forward = replica.Shared.Find(offset, inputs, outputs, transposed: true);
    private readonly SharedPacking? _backward = needsBackward ? replica.Shared.Find(offset, outputs, inputs, transposed: false) : null;

    public override bool HasBackward => _backward is not null;

    public override PackedUse UseForward() => _forward.Enter(replica.Version, Weight.Span);

    public override PackedUse UseBackward() => _backward!.Enter(replica.Version, Weight.Span);
}
