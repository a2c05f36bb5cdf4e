namespace RnnActors.Core.Kernels;

/// <summary>The operands of Σ aᵀ·b: groups (time steps) of neighbouring rows, of which each shard has some.</summary>
/// <param name="a">(groups, rows, ≥ m): rows <paramref name="aStride"/> apart, groups <paramref name="aGroup"/>.</param>
/// <param name="b">(groups, rows, ≥ n): rows <paramref name="bStride"/> apart, groups <paramref name="bGroup"/>.</param>
/// <param name="groups">May be 0.</param>
public readonly ref struct TransposedOperands(
    ReadOnlySpan<float> a, int aStride, int aGroup, ReadOnlySpan<float> b, int bStride, int bGroup, int groups)
{
    public ReadOnlySpan<float> A { get; } = a;

    public int AStride { get; } = aStride;

    public int AGroup { get; } = aGroup;

    public ReadOnlySpan<float> B { get; } = b;

    public int BStride { get; } = bStride;

    public int BGroup { get; } = bGroup;

    public int Groups { get; } = groups;

    /// <summary>That so many rows of each group lie in the memory given.</summary>
    internal void Check(int rows, int m, int n)
    {
        if (Groups == 0 || rows == 0) return;
        ArgumentOutOfRangeException.ThrowIfLessThan(A.Length, ((Groups - 1) * AGroup) + ((rows - 1) * AStride) + m);
        ArgumentOutOfRangeException.ThrowIfLessThan(B.Length, ((Groups - 1) * BGroup) + ((rows - 1) * BStride) + n);
    }
}
