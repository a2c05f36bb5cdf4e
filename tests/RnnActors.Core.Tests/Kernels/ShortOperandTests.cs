using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Updates;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels;

/// <summary>Kernels work on pointers: an operand of the least length is taken, and one that is a value shorter is refused before anything is written.</summary>
[Collection(VectorWidthTests.Name)]
public class ShortOperandTests
{
    private const int Rows = 3, Units = 5, Gap = 2, Stride = Units + Gap, Min = ((Rows - 1) * Stride) + Units;

    /// <summary>The least length of rows of so many units' gates, <see cref="Gap"/> values apart.</summary>
    private static int Gates(int gates) => ((Rows - 1) * GateStride(gates)) + (gates * Units);

    private static int GateStride(int gates) => (gates * Units) + Gap;

    [Fact]
    public void Of_an_LSTMs_step_forward() => AssertRefused([Gates(4), Rows * Units, Rows * Units, Min], x =>
        LstmCell.Forward(x[0].Span, GateStride(4), x[1].Span, x[2].Span, x[3].Span, Stride, Rows, Units));

    [Fact]
    public void Of_an_LSTMs_step_backward() => AssertRefused([Gates(4), Rows * Units, Rows * Units, Min, Rows * Units, Rows * Units], x =>
        LstmCell.Backward(x[0].Span, GateStride(4), x[1].Span, x[2].Span, x[3].Span, Stride, x[4].Span, x[5].Span, Rows, Units));

    [Fact]
    public void Of_a_GRUs_step_forward() => AssertRefused([Gates(3), Gates(3), Min, Rows * Units, Min], x =>
        GruCell.Forward(x[0].Span, GateStride(3), x[1].Span, x[2].Span, Stride, x[3].Span, x[4].Span, Stride, Rows, Units));

    [Fact]
    public void Of_a_GRUs_step_backward() => AssertRefused([Gates(3), Gates(3), Min, Rows * Units, Min, Rows * Units], x =>
        GruCell.Backward(x[0].Span, GateStride(3), x[1].Span, x[2].Span, Stride, x[3].Span, x[4].Span, Stride, x[5].Span, Rows, Units));

    [Fact]
    public void Of_a_minGRUs_step_forward() => AssertRefused([Gates(2), Min, Min], x =>
        MinGruCell.Forward(x[0].Span, GateStride(2), x[1].Span, Stride, x[2].Span, Stride, Rows, Units));

    [Fact]
    public void Of_a_minGRUs_step_backward() => AssertRefused([Gates(2), Min, Min, Rows * Units], x =>
        MinGruCell.Backward(x[0].Span, GateStride(2), x[1].Span, Stride, x[2].Span, Stride, x[3].Span, Rows, Units));

    [Fact]
    public void Of_a_minLSTMs_step_forward() => AssertRefused([Gates(3), Min, Min], x =>
        MinLstmCell.Forward(x[0].Span, GateStride(3), x[1].Span, Stride, x[2].Span, Stride, Rows, Units));

    [Fact]
    public void Of_a_minLSTMs_step_backward() => AssertRefused([Gates(3), Min, Min, Rows * Units], x =>
        MinLstmCell.Backward(x[0].Span, GateStride(3), x[1].Span, Stride, x[2].Span, Stride, x[3].Span, Rows, Units));

    [Fact]
    public void Rows_are_not_negative()
    {
        AlignedBuffer memory = new(100);
        Assert.Throws<ArgumentOutOfRangeException>(() => LstmCell.Forward(memory.Span, 4, memory.Span, memory.Span, memory.Span, 1, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GruCell.Forward(memory.Span, -3, memory.Span, memory.Span, 1, memory.Span, memory.Span, 1, 2, 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_a_product(bool accumulate)
    {
        const int K = 4;
        var packed = Packed(K, Units);
        AssertRefused([((Rows - 1) * (K + 1)) + K, Min], x => MatMul.Multiply(x[0].Span, K + 1, Rows, packed, x[1].Span, Stride, accumulate));
    }

    [Fact]
    public void Of_a_product_that_begins_with_a_bias()
    {
        const int K = 4;
        var packed = Packed(K, Units);
        AssertRefused([((Rows - 1) * (K + 1)) + K, Units, Min], x => MatMul.MultiplyAddBias(x[0].Span, K + 1, Rows, packed, x[1].Span, x[2].Span, Stride));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Of_a_sum_of_products(int columns)
    {
        const int Groups = 2, M = 6;
        int groupA = Rows * (M + 1), minA = groupA + ((Rows - 1) * (M + 1)) + M, group = Rows * columns;
        AssertRefused(
            [minA, Groups * group, M * columns, group, Rows * columns, M * columns, M],
            x => MatMul.SumTransposed(
                SumOrder.Of(new ShardRows(0, Rows)), x[0].Span, M + 1, groupA, Groups, M,
                new JointOperand(x[1].Span, columns, group, columns, 0, Groups, x[2].Span),
                new JointOperand(x[3].Span, columns, group, columns, 1, Groups, x[5].Span)
                {
                    Later = x[4].Span,
                    LaterStride = columns,
                    LaterGroup = 0,
                }, x[6].Span));
    }

    [Fact]
    public void A_sum_of_products_takes_no_order_that_is_none_and_no_group_that_is_not_there()
    {
        float[] a = [1, 2], b = [3, 4], target = [5];
        void Sum(ShardRows[] leaves, int[] merges, int laterGroup) => MatMul.SumTransposed(
            new SumOrder(leaves, merges), a, 1, 2, 1, 1, new JointOperand(b, 1, 2, 1, 0, 1, target)
            {
                Later = b,
                LaterStride = 1,
                LaterGroup = laterGroup,
            }, default, []);

        foreach ((ShardRows[] leaves, int[] merges, int laterGroup) in new (ShardRows[], int[], int)[]
        {
            ([new(-1, 1)], [0], 0), ([new(0, -1)], [0], 0), ([new(0, 1), new(1, 1)], [0], 0), ([new(0, 1), new(1, 1)], [0, 2], 0), ([new(0, 1)], [0], 1),
            ([new(0, 1)], [0], -1),
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Sum(leaves, merges, laterGroup));
            Assert.Equal([5], target);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_a_packing(bool transposed) => AssertRefused([7 * 40], x =>
    {
        var packed = new PackedMatrix(7, 40);
        if (transposed) packed.PackTransposed(x[0].Span);
        else packed.Pack(x[0].Span);
    });

    [Fact]
    public void Of_a_sum_of_columns()
    {
        const int Groups = 2, Group = Rows * Stride;
        AlignedBuffer sums = new(Units), before = new(Units);
        sums.Span.Fill(7);
        sums.Span.CopyTo(before.Span);
        var order = new SumOrder([new(0, 1), new(1, Rows - 1)], [0, 1]);
        float[] source = Pseudorandom.Floats(Group + Min, 1);
        ColumnSum.Compute(order, source, Stride, Group, Groups, sums.Span);
        Assert.False(before.Span.SequenceEqual(sums.Span));
        before.Span.CopyTo(sums.Span);
        Assert.Throws<ArgumentException>(() =>
            ColumnSum.Compute(new SumOrder([new(0, 1), new(1, Rows - 1)], [0, 1]), source.AsSpan(1), Stride, Group, Groups, sums.Span));
        Assert.Throws<ArgumentOutOfRangeException>(() => ColumnSum.Compute(SumOrder.Of(new ShardRows(-1, 1)), source, Stride, Group, Groups, sums.Span));
        SameBits.Assert(before.Span, sums.Span);
    }

    [Fact]
    public void Of_functions()
    {
        AssertRefused([Units, Units], x => Exp.Apply(x[0].Span, x[1].Span));
        AssertRefused([Units, Units], x => Log.Apply(x[0].Span, x[1].Span));
        AssertRefused([Units, Units], x => Tanh.Apply(x[0].Span, x[1].Span));
        AssertRefused([Units, Units], x => Sigmoid.Apply(x[0].Span, x[1].Span));
        AssertRefused([Units, Units, Units], x => Map.Apply<TanhGradient>(x[0].Span, x[1].Span, x[2].Span));
        AssertRefused([Units, Units], x => Softmax.Apply(x[0].Span, x[1].Span));
    }

    [Fact]
    public void Of_a_norm()
    {
        float[] values = new float[SquaredNorm.BlockLength + 1];
        Assert.Throws<ArgumentOutOfRangeException>(() => SquaredNorm.Compute(values, new double[1]));
        double[] sums = [-1, -1];
        SquaredNorm.Compute(values, sums);
        Assert.Equal([0, 0], sums);
    }

    [Fact]
    public void Of_an_update() => AssertRefused([Units, Units, Units, Units], x =>
        ParameterUpdate.Run(new AdamRule(0.1f, 0.9, 0.999, 1e-8, decay: 1, step: 1), x[0].Span, x[1].Span, x[2].Span, x[3].Span, scale: 1, limit: 1));

    /// <summary>A mask is one operand of any length: what lies beside it is left alone.</summary>
    [Fact]
    public void Of_a_mask()
    {
        AlignedBuffer memory = new(40);
        memory.Span.Fill(9);
        DropoutMask.Fill(memory.Span.Slice(3, 21), 0.5, PhiloxKey.Of(1, RandomPurpose.Dropout), 0, 0);
        Assert.All(memory.Span[..3].ToArray(), value => Assert.Equal(9, value));
        Assert.All(memory.Span.Slice(3, 21).ToArray(), value => Assert.True(value is 0 or 2));
        Assert.All(memory.Span[24..].ToArray(), value => Assert.Equal(9, value));
    }

    private static PackedMatrix Packed(int k, int n)
    {
        var packed = new PackedMatrix(k, n);
        packed.Pack(Pseudorandom.Floats(k * n, 9));
        return packed;
    }

    private static void AssertRefused(int[] lengths, Action<AlignedBuffer[]> kernel)
    {
        kernel(Operands(lengths));
        for (int i = 0; i < lengths.Length; i++)
        {
            int[] shorter = [.. lengths];
            shorter[i]--;
            AlignedBuffer[] operands = Operands(shorter), untouched = Operands(shorter);
            Assert.ThrowsAny<ArgumentException>(() => kernel(operands));
            for (int operand = 0; operand < lengths.Length; operand++) SameBits.Assert(untouched[operand].Span, operands[operand].Span);
        }
    }

    private static AlignedBuffer[] Operands(int[] lengths) => [.. lengths.Select((length, i) =>
    {
        AlignedBuffer buffer = new(length);
        Pseudorandom.Floats(length, (uint)i + 1).CopyTo(buffer.Span);
        return buffer;
    })];
}
