namespace RnnActors.Core.Kernels;

/// <summary>The sum of each column over groups of neighbouring rows, in their order, and over a node of the reduction tree: a bias's gradient.</summary>
public static class ColumnSum
{
    /// <param name="source">(groups, rows, ≥ sums): rows <paramref name="stride"/> apart, groups <paramref name="group"/>.</param>
    /// <param name="sums">Overwritten.</param>
    public static void Compute(SumOrder order, ReadOnlySpan<float> source, int stride, int group, int groups, Span<float> sums)
    {
        int width = sums.Length, open = 0;
        Span<float> memory = ThreadMemory.Take(order.MostOpen * width);
        for (int leaf = 0; leaf < order.Leaves.Length; leaf++)
        {
            Span<float> sum = memory.Slice(open++ * width, width);
            var rows = order.Leaves[leaf];
            sum.Clear();
            for (int g = 0; g < groups; g++)
            {
                for (int row = rows.First; row < rows.First + rows.Count; row++)
                    Add.Into(sum, source.Slice((g * group) + (row * stride), width));
            }

            for (int merge = 0; merge < order.Merges[leaf]; merge++)
            {
                open--;
                Add.Into(memory.Slice((open - 1) * width, width), memory.Slice(open * width, width));
            }
        }

        memory[..width].CopyTo(sums);
    }
}
