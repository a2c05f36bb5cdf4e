using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>
/// The order in which a layer's weight gradients are summed: over each shard's positions, by time and then by row, and over the shards in the tree's order.
/// Rows of equal length are groups of equally many rows; the positions of unequal rows are listed in an index.
/// </summary>
internal readonly ref struct LayoutSum
{
    private readonly SumOrder _order;
    private readonly int _groups, _rows;

    private LayoutSum(SumOrder order, int groups, int rows)
    {
        _order = order;
        (_groups, _rows) = (groups, rows);
    }

    /// <param name="order">The shards, in rows.</param>
    /// <returns>Valid until the next call for the same layout.</returns>
    public static LayoutSum Of(SumOrder order, SequenceLayout layout)
    {
        if (!layout.IsRagged) return new LayoutSum(order, layout.Steps, layout.Rows);
        var index = layout.IndexOf(order.Leaves, out var runs);
        return new LayoutSum(new SumOrder(runs, order.Merges) { Index = index, AddsToTarget = order.AddsToTarget }, index.IsEmpty ? 0 : 1, 0);
    }

    /// <summary>An operand with a row for every position.</summary>
    /// <param name="data">(positions, ·), rows <paramref name="stride"/> apart.</param>
    /// <param name="target">(m, columns): the product Σ aᵀ·data.</param>
    public JointOperand Operand(ReadOnlySpan<float> data, int stride, int columns, Span<float> target) =>
        new(data, stride, _rows * stride, columns, 0, _groups, target);

    /// <inheritdoc cref="MatMul.SumTransposed"/>
    public void Transposed(ReadOnlySpan<float> a, int stride, int m, JointOperand first, JointOperand second, Span<float> columnSums,
        Span<float> spare = default) =>
        MatMul.SumTransposed(_order, a, stride, _rows * stride, _groups, m, first, second, columnSums, spare);
}
