namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>One operand of Σ aᵀ·b: groups of rows.</summary>
/// <param name="data">(groups, rows, ·): rows <paramref name="stride"/> apart, groups <paramref name="group"/>.</param>
internal readonly unsafe struct GroupedRows(float* data, nint stride, nint group, int groups)
{
    public int Groups => groups;

    public nint Stride => stride;

    public nint GroupStride => group;

    public float* RowAt(int groupIndex, int row) => data + (groupIndex * group) + (row * stride);

    /// <summary>The groups [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public GroupedRows Between(int from, int to) => new(data + (from * group), stride, group, to - from);
}
