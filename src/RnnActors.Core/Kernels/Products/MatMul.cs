using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products;

/// <summary>
/// Matrix products. Every element is accumulated over k in order with fused multiply-add, starting from zero, a bias or the previous value. So neither the
/// vector width, nor the tile, nor the number of rows multiplied at once changes a bit.
/// </summary>
public static unsafe class MatMul
{
    /// <summary>Up to this many columns, the product's transpose is computed instead.</summary>
    private const int FewColumns = 12;

    /// <summary>
    /// The best stride for rows of so many columns: their own length, unless rows at that stride would map to the same set of the first-level cache. A product
    /// would have to copy such rows first.
    /// </summary>
    public static int StrideFor(int columns) => PackedProduct.MayConflict(columns) ? columns + Prefetch.LineLength : columns;

    /// <summary>C = A·B, or C += A·B.</summary>
    /// <param name="a">(rows, K), rows <paramref name="aStride"/> apart.</param>
    /// <param name="c">(rows, N), rows <paramref name="cStride"/> apart.</param>
    public static void Multiply(ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, Span<float> c, int cStride, bool accumulate = false) =>
        Multiply(a, aStride, rows, b, accumulate ? c : [], accumulate ? cStride : 0, c, cStride);

    /// <summary>C = bias + A·B, where the sums start with the bias.</summary>
    /// <param name="bias">(N).</param>
    public static void MultiplyAddBias(ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, ReadOnlySpan<float> bias, Span<float> c, int cStride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bias.Length, b.N);
        Multiply(a, aStride, rows, b, bias, 0, c, cStride);
    }

    /// <summary>
    /// The gradients of a layer's weights and bias from the gradients of its outputs: up to two sums Σ aᵀ·b with the same a, and the sums of a's columns, over
    /// a node of the reduction tree. A leaf's sum runs over an operand's groups (time steps), within each over the leaf's rows, and at the end over its later
    /// rows. The leaves' sums are added in the tree's order.
    /// </summary>
    /// <param name="a">(groups, rows, ≥ m): rows <paramref name="stride"/> apart, groups <paramref name="group"/>.</param>
    /// <param name="columnSums">(m), overwritten or added to; empty where they are not wanted.</param>
    /// <param name="spare">Free memory that does not overlap the operands. Operands are packed there where it is long enough, else in the thread's
    /// memory.</param>
    public static void SumTransposed(
        SumOrder order, ReadOnlySpan<float> a, int stride, int group, int groups, int m, JointOperand first, JointOperand second,
        Span<float> columnSums, Span<float> spare = default)
    {
        bool isIndexed = !order.Index.IsEmpty;
        if (isIndexed && (groups != 1 || !first.Later.IsEmpty || !second.Later.IsEmpty))
            throw new ArgumentException("Indexed rows are one group.", nameof(order));
        int rows = isIndexed ? IndexedRows(order) : RowsOf(order);
        bool sums = !columnSums.IsEmpty;
        Bounds.Check(a, groups, group, rows, m, stride);
        if (sums) ArgumentOutOfRangeException.ThrowIfLessThan(columnSums.Length, m);
        Check(first, rows, m, groups);
        Check(second, rows, m, groups);
        fixed (float* left = a, columnSum = columnSums, free = spare)
        fixed (float* b1 = first.Data, later1 = first.Later, c1 = first.Target, b2 = second.Data, later2 = second.Later, c2 = second.Target)
        fixed (ShardRows* leaves = order.Leaves)
        fixed (int* merges = order.Merges, index = order.Index)
        {
            int leafCount = order.Leaves.Length, maxOpen = order.MaxOpen;
            bool adds = order.AddsToTarget, coversAll = first.Columns > 0 && first.From == 0 && first.To == groups && first.Later.IsEmpty;
            var rowsOfA = new GroupedRows(left, stride, group, groups, index);
            if (JointProducts.Fits(m, first.Columns + second.Columns))
            {
                var joint = new JointProducts(
                    rowsOfA, left + a.Length, m, Part(first, b1, later1, c1, index, sums && coversAll),
                    Part(second, b2, later2, c2, index, ones: false), coversAll ? columnSum : null,
                    leaves, merges, leafCount, maxOpen, adds);
                Dispatch.Run(ref joint);
                sums &= !coversAll;
            }
            else
            {
                JointPart one = Part(first, b1, later1, c1, index, ones: false), two = Part(second, b2, later2, c2, index, ones: false);
                if (IsNarrow(one, m)) one = SumNarrow(rowsOfA, m, one, leaves, merges, leafCount, maxOpen, adds);
                if (IsNarrow(two, m)) two = SumNarrow(rowsOfA, m, two, leaves, merges, leafCount, maxOpen, adds);
                if (one.Columns + two.Columns > 0)
                {
                    var product = new TransposedProduct(
                        rowsOfA, m, one, two, columnSum, leaves, merges, leafCount, maxOpen, transposed: false, adds, free, spare.Length);
                    Dispatch.Run(ref product);
                    sums = false;
                }
            }
        }

        if (sums) ColumnSum.Compute(order, a, stride, group, groups, columnSums[..m]);

        static JointPart Part(JointOperand b, float* data, float* later, float* target, int* index, bool ones) => new(
            new GroupedRows(data, b.Stride, b.Group, b.To - b.From, index), data + b.Data.Length, b.Columns, ones, b.From, b.To,
            new GroupedRows(later, b.LaterStride, 0, b.Later.IsEmpty ? 0 : 1), later + b.Later.Length, b.LaterGroup, target);
    }

    /// <summary>Whether the columns are so few that most lanes of the tiles would be idle.</summary>
    private static bool IsNarrow(in JointPart part, int m) => part.Columns is > 0 and <= FewColumns && part.Columns < m && !part.HasLater;

    /// <summary>Computes a product of few columns as its transpose, and returns an empty part: nothing is left to compute.</summary>
    private static JointPart SumNarrow(GroupedRows a, int m, in JointPart part, ShardRows* leaves, int* merges, int leafCount, int maxOpen, bool adds)
    {
        int groups = part.To - part.From;
        var right = new JointPart(a.Between(part.From, part.To), null, m, false, 0, groups, default, null, 0, part.Target);
        var product = new TransposedProduct(
            part.Rows, part.Columns, right, default, null, leaves, merges, leafCount, maxOpen, transposed: true, adds, null, 0);
        Dispatch.Run(ref product);
        return default;
    }

    /// <summary>Checks an operand's rows and the group of its later rows.</summary>
    private static void Check(in JointOperand b, int rows, int m, int groups)
    {
        b.Check(rows, m, groups);
        if (b.Columns == 0 || b.Later.IsEmpty) return;
        ArgumentOutOfRangeException.ThrowIfNegative(b.LaterGroup);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(b.LaterGroup, groups);
    }

    /// <summary>The number of rows per group that the leaves cover.</summary>
    /// <exception cref="ArgumentException">The order is invalid: a leaf starts before row 0, or merges more sums than are open.</exception>
    private static int RowsOf(SumOrder order)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(order.Merges.Length, order.Leaves.Length);
        int rows = 0, open = 0;
        for (int i = 0; i < order.Leaves.Length; i++)
        {
            var leaf = order.Leaves[i];
            ArgumentOutOfRangeException.ThrowIfNegative(leaf.First);
            ArgumentOutOfRangeException.ThrowIfNegative(leaf.Count);
            rows = Math.Max(rows, leaf.Count == 0 ? 0 : checked(leaf.First + leaf.Count));
            open += 1 - order.Merges[i];
            ArgumentOutOfRangeException.ThrowIfLessThan(open, 1);
        }

        return rows;
    }

    /// <summary>The number of the operands' rows that the index refers to.</summary>
    private static int IndexedRows(SumOrder order)
    {
        if (RowsOf(order) > order.Index.Length)
            throw new ArgumentException($"The leaves reach to row {RowsOf(order)}, but the index has {order.Index.Length}.", nameof(order));
        int rows = 0;
        foreach (int at in order.Index)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(at);
            rows = Math.Max(rows, at + 1);
        }

        return rows;
    }

    /// <param name="start">Initial values of the sums, rows <paramref name="startStride"/> apart; empty for zeros.</param>
    private static void Multiply(
        ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, ReadOnlySpan<float> start, int startStride, Span<float> c, int cStride)
    {
        if (rows == 0) return;
        if (b.PanelWidth != Vectors.PanelWidth) throw new InvalidOperationException("The right operand is not packed for the vector width in use.");
        Bounds.Check(a, rows, b.K, aStride);
        Bounds.Check(c, rows, b.N, cStride);
        if (rows == 1 && b.Shares is { } shares)
        {
            shares.Multiply(a, start, c);
            return;
        }

        fixed (float* pa = a, pb = b.Data, pc = c, pStart = start)
        {
            if (ThreadTeam.IsWorth((long)rows * b.K * b.N, ThreadTeam.MinProduct))
            {
                SharedProduct.Run(pa, aStride, rows, pb, b.K, b.N, b.Groups, pStart, startStride, pc, cStride);
                return;
            }

            var kernel = new PackedProduct(pa, aStride, rows, pb, b.K, b.N, pStart, startStride, pc, cStride);
            Dispatch.Run(ref kernel);
        }
    }
}
