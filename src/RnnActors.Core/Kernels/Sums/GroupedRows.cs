namespace RnnActors.Core.Kernels.Sums;

/// <summary>One operand of Σ aᵀ·b: groups of rows, or one group whose rows an index lists.</summary>
/// <param name="data">(groups, rows, ·): rows <paramref name="stride"/> apart, groups <paramref name="group"/>.</param>
/// <param name="index">For each row of the one group, its position in the data; null where rows lie in order.</param>
internal readonly unsafe struct GroupedRows(float* data, nint stride, nint group, int groups, int* index = null)
{
    public bool IsIndexed => index != null;

    public int Groups => groups;

    public nint Stride => stride;

    public nint GroupStride => group;

    public float* RowAt(int groupIndex, int row) => data + (groupIndex * group) + ((index == null ? row : index[row]) * stride);

    /// <summary>The groups [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public GroupedRows Between(int from, int to) => new(data + (from * group), stride, group, to - from, index);
}
