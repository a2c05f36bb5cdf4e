using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>What a weight is packed by.</summary>
/// <param name="Gates">Of how many gates its outputs are.</param>
/// <param name="NeedsBackward">Whether gradients are multiplied with it too.</param>
internal readonly record struct WeightShape(int Outputs, int Inputs, int Gates, bool NeedsBackward);

/// <summary>
/// A weight (outputs, inputs), as PyTorch stores it, packed for the two products that a layer makes with it. It need not be packed for both at once, so a pass
/// uses the one that it is for and gives it back at its end.
/// </summary>
internal abstract class PackedWeight
{
    /// <summary>Whether gradients are multiplied with it too.</summary>
    public abstract bool HasBackward { get; }

    /// <summary>The weight's values.</summary>
    protected ReadOnlyMemory<float> Weight { get; private set; }

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
    /// <summary>Floats of a weight from which on being packed again takes less than memory for both packings is worth.</summary>
    private const int LargeWeight = 2 * 1024 * 1024;

    private readonly PackedMatrix _forward;
    private readonly PackedMatrix? _backward;
    private readonly bool _takesTurns;
    private bool _hasForward, _hasBackward;

    /// <param name="helpers">The threads that help with forward products of one row; null for none.</param>
    /// <param name="isRepeated">Whether several passes are made with the same values: a weight that is not large then has memory for both packings.</param>
    public OwnPackedWeight(WeightShape shape, RowHelpers? helpers, bool isRepeated)
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

/// <summary>Packed by all replicas of a process for one another.</summary>
/// <param name="replica">Whose use it is for.</param>
/// <param name="offset">Where the weight lies in the parameters.</param>
internal sealed class SharedPackedWeight(WeightShape shape, ReplicaWeights replica, int offset) : PackedWeight
{
    private readonly SharedPacking _forward = replica.Shared.Find(offset, shape.Inputs, shape.Outputs, transposed: true, shape.Gates);
    private readonly SharedPacking? _backward = shape.NeedsBackward ? replica.Shared.Find(offset, shape.Outputs, shape.Inputs, transposed: false) : null;

    public override bool HasBackward => _backward is not null;

    public override PackedUse UseForward() => _forward.Enter(replica.Version, Weight.Span);

    public override PackedUse UseBackward() => _backward!.Enter(replica.Version, Weight.Span);
}
