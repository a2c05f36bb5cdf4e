namespace RnnActors.Core.Kernels;

/// <summary>
/// Matrix products whose every element is accumulated over k in order with fused multiply-add, from zero, a bias or what was there: so neither the vector's
/// width, nor the tile, nor how many rows are multiplied at once changes a bit.
/// </summary>
public static unsafe class MatMul
{
    /// <summary>So few columns of a product leave most lanes of its tiles idle: its transpose is computed then.</summary>
    private const int FewColumns = 12;

    /// <summary>Columns of a packed panel at the width in use: two vectors.</summary>
    internal static int PanelWidth => Vectors.Width switch
    {
        VectorWidth.Bits512 => 32,
        VectorWidth.Bits256 => 16,
        VectorWidth.Bits128 => 8,
        _ => 2,
    };

    /// <summary>C = A·B, or C += A·B.</summary>
    /// <param name="a">(rows, K), rows <paramref name="aStride"/> apart.</param>
    /// <param name="c">(rows, N), rows <paramref name="cStride"/> apart.</param>
    public static void Multiply(ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, Span<float> c, int cStride, bool accumulate = false) =>
        Multiply(a, aStride, rows, b, accumulate ? c : [], accumulate ? cStride : 0, c, cStride);

    /// <summary>C = bias + A·B, the bias first.</summary>
    /// <param name="bias">(N).</param>
    public static void MultiplyAddBias(ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, ReadOnlySpan<float> bias, Span<float> c, int cStride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bias.Length, b.N);
        Multiply(a, aStride, rows, b, bias, 0, c, cStride);
    }

    /// <summary>
    /// C (m, n) = Σ aᵀ·b over a node of the reduction tree: a weight's gradient from the gradients of its outputs and its inputs. A leaf's sum runs over the first
    /// operands' time steps and in each over the leaf's rows, then over the second's; the leaves' sums are added in the tree's order.
    /// </summary>
    /// <param name="c">(m, n), contiguous, overwritten.</param>
    public static void SumTransposed(SumOrder order, TransposedOperands first, TransposedOperands second, int m, int n, Span<float> c)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, m * n);
        int rows = RowsOf(order);
        first.Check(rows, m, n);
        second.Check(rows, m, n);
        fixed (float* a1 = first.A, b1 = first.B, a2 = second.A, b2 = second.B, pc = c)
        fixed (ShardRows* leaves = order.Leaves)
        fixed (int* merges = order.Merges)
        {
            var (firstA, firstB) = (new GroupedRows(a1, first.AStride, first.AGroup, first.Groups), new GroupedRows(b1, first.BStride, first.BGroup, first.Groups));
            var (secondA, secondB) = (new GroupedRows(a2, second.AStride, second.AGroup, second.Groups), new GroupedRows(b2, second.BStride, second.BGroup, second.Groups));
            var kernel = n < m && n <= FewColumns
                ? new TransposedProduct(firstB, firstA, secondB, secondA, leaves, merges, order.Leaves.Length, order.MostOpen, n, m, pc, transposed: true, order.AddsToTarget)
                : new TransposedProduct(firstA, firstB, secondA, secondB, leaves, merges, order.Leaves.Length, order.MostOpen, m, n, pc, transposed: false, order.AddsToTarget);
            Dispatch.Run(ref kernel);
        }
    }

    /// <summary>
    /// Up to two sums Σ aᵀ·b over a node of the reduction tree with the same a, and the sums of a's columns: a layer's weights' and biases' gradients from the
    /// gradients of its outputs. Each is what the other <c>SumTransposed</c> and <see cref="ColumnSum"/> give.
    /// </summary>
    /// <param name="a">(groups, rows, ≥ m): rows <paramref name="stride"/> apart, groups <paramref name="group"/>.</param>
    /// <param name="first">All groups, where columns are summed.</param>
    /// <param name="columnSums">(m), overwritten or added to, or nothing.</param>
    public static void SumTransposed(
        SumOrder order, ReadOnlySpan<float> a, int stride, int group, int groups, int m, JointOperand first, JointOperand second, Span<float> columnSums)
    {
        int rows = RowsOf(order), columns = first.Columns + second.Columns;
        bool sums = !columnSums.IsEmpty, coversAll = first.Columns > 0 && first.From == 0 && first.To == groups && first.Later.IsEmpty;
        if (!JointProducts.Fits(m, columns) || (sums && !coversAll))
        {
            SumTransposed(order, a, stride, group, m, first);
            SumTransposed(order, a, stride, group, m, second);
            if (sums) ColumnSum.Compute(order, a, stride, group, groups, columnSums);
            return;
        }

        if (rows > 0) ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, ((groups - 1) * group) + ((rows - 1) * stride) + m);
        if (sums) ArgumentOutOfRangeException.ThrowIfLessThan(columnSums.Length, m);
        first.Check(rows, m, groups);
        second.Check(rows, m, groups);
        fixed (float* left = a, b1 = first.Data, later1 = first.Later, c1 = first.Target, b2 = second.Data, later2 = second.Later, c2 = second.Target, columnSum = columnSums)
        fixed (ShardRows* leaves = order.Leaves)
        fixed (int* merges = order.Merges)
        {
            var kernel = new JointProducts(
                new GroupedRows(left, stride, group, groups), left + a.Length, m, Part(first, b1, later1, c1, sums), Part(second, b2, later2, c2, ones: false),
                columnSum, leaves, merges, order.Leaves.Length, order.MostOpen, order.AddsToTarget);
            Dispatch.Run(ref kernel);
        }

        static JointPart Part(JointOperand b, float* data, float* later, float* target, bool ones) => new(
            new GroupedRows(data, b.Stride, b.Group, b.To - b.From), data + b.Data.Length, b.Columns, ones, b.From, b.To,
            new GroupedRows(later, b.LaterStride, 0, b.Later.IsEmpty ? 0 : 1), later + b.Later.Length, b.LaterGroup, target);
    }

    private static void SumTransposed(SumOrder order, ReadOnlySpan<float> a, int stride, int group, int m, JointOperand b)
    {
        if (b.Columns == 0) return;
        var later = b.Later.IsEmpty ? default : new TransposedOperands(a[(b.LaterGroup * group)..], stride, group, b.Later, b.LaterStride, 0, 1);
        SumTransposed(order, new TransposedOperands(a[Math.Min(b.From * group, a.Length)..], stride, group, b.Data, b.Stride, b.Group, b.To - b.From), later, m, b.Columns, b.Target);
    }

    /// <summary>Rows of a group that the leaves reach to.</summary>
    private static int RowsOf(SumOrder order)
    {
        int rows = 0;
        foreach (var leaf in order.Leaves) rows = Math.Max(rows, leaf.Count == 0 ? 0 : leaf.First + leaf.Count);
        return rows;
    }

    /// <param name="start">What the sums begin with, rows <paramref name="startStride"/> apart; nothing for zeros.</param>
    private static void Multiply(
        ReadOnlySpan<float> a, int aStride, int rows, PackedMatrix b, ReadOnlySpan<float> start, int startStride, Span<float> c, int cStride)
    {
        if (rows == 0) return;
        if (b.PanelWidth != PanelWidth) throw new InvalidOperationException("The right operand is not packed for the vector width in use.");
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, ((rows - 1) * aStride) + b.K);
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, ((rows - 1) * cStride) + b.N);
        fixed (float* pa = a, pb = b.Data, pc = c, pStart = start)
        {
            var kernel = new PackedProduct(pa, aStride, rows, pb, b.K, b.N, pStart, startStride, pc, cStride);
            Dispatch.Run(ref kernel);
        }
    }
}
