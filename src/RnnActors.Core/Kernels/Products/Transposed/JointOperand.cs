namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>
/// A right operand b of Σ aᵀ·b, where several share the left operand a. Its rows belong to a's groups [From, To), and optionally at the end to one more group,
/// which lies elsewhere in memory.
/// </summary>
/// <param name="data">(groups, rows, ≥ columns): rows <paramref name="stride"/> apart, groups <paramref name="group"/>; the first is group
/// <paramref name="from"/>.</param>
/// <param name="columns">n; 0 for no operand.</param>
/// <param name="target">(m, n), contiguous: where the product goes.</param>
public readonly ref struct JointOperand(ReadOnlySpan<float> data, int stride, int group, int columns, int from, int to, Span<float> target)
{
    public ReadOnlySpan<float> Data { get; } = data;

    public int Stride { get; } = stride;

    public int Group { get; } = group;

    public int Columns { get; } = columns;

    public int From { get; } = from;

    public int To { get; } = to;

    public Span<float> Target { get; } = target;

    /// <summary>(rows, ≥ columns): the rows of the group <see cref="LaterGroup"/>, which are summed last; empty where there are none.</summary>
    public ReadOnlySpan<float> Later { get; init; }

    public int LaterStride { get; init; }

    public int LaterGroup { get; init; }

    /// <summary>Checks that so many rows of each group lie inside the memory.</summary>
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
