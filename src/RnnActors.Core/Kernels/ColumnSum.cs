namespace RnnActors.Core.Kernels;

/// <summary>The sum of each column over groups of neighbouring rows, in their order: a bias's gradient.</summary>
public static class ColumnSum
{
    /// <param name="source">(groups, ≥ depth, ≥ sums): rows <paramref name="stride"/> apart, groups <paramref name="group"/>.</param>
    /// <param name="sums">Overwritten.</param>
    public static void Compute(ReadOnlySpan<float> source, int stride, int group, int groups, int depth, Span<float> sums)
    {
        sums.Clear();
        for (int g = 0; g < groups; g++)
        {
            for (int k = 0; k < depth; k++)
                Add.Into(sums, source.Slice((g * group) + (k * stride), sums.Length));
        }
    }
}
