namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>
/// What a shared left operand is multiplied with: Σ aᵀ·b. The rows of b belong to the left operand's groups [From, To), and at the end perhaps to one group
/// more, which lies elsewhere.
/// </summary>
/// <param name="data">(groups, rows, ≥ columns): rows <paramref name="stride"/> apart, groups
/// <paramref name="group"/>; the first is the group <paramref name="from"/>.</param>
/// <param name="columns">n; 0 where there is nothing to multiply with.</param>
/// <param name="target">(m, n), contiguous, overwritten.</param>
public readonly ref struct JointOperand(ReadOnlySpan<float> data, int stride, int group, int columns, int from, int to, Span<float> target)
{
    public ReadOnlySpan<float> Data { get; } = data;

    public int Stride { get; } = stride;

    public int Group { get; } = group;

    public int Columns { get; } = columns;

    public int From { get; } = from;

    public int To { get; } = to;

    public Span<float> Target { get; } = target;

    /// <summary>(rows, ≥ columns): what belongs to the group <see cref="LaterGroup"/>, whose rows come last; nothing where it is empty.</summary>
    public ReadOnlySpan<float> Later { get; init; }

    public int LaterStride { get; init; }

    public int LaterGroup { get; init; }

    /// <summary>That so many rows of each group lie in the memory given.</summary>
    internal void Check(int rows, int m, int groups)
    {
        if (Columns == 0) return;
        ArgumentOutOfRangeException.ThrowIfLessThan(Target.Length, m * Columns);
        ArgumentOutOfRangeException.ThrowIfNegative(From);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(To, groups);
        if (rows == 0) return;
        if (To > From) ArgumentOutOfRangeException.ThrowIfLessThan(Data.Length, ((To - From - 1) * Group) + ((rows - 1) * Stride) + Columns);
        if (!Later.IsEmpty) ArgumentOutOfRangeException.ThrowIfLessThan(Later.Length, ((rows - 1) * LaterStride) + Columns);
    }
}
