using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;

namespace RnnActors.Cli.Benchmarks;

/// <summary>The matrix products of training and generating, in the shapes of an LSTM of 64 rows and of a head over 10,000 tokens.</summary>
internal static class ProductCases
{
    private const int Rows = 64, Gates = 4, Steps = 32, ShardRows = 8;
    private const int HeadRows = 400, HeadSteps = 20, HeadShardRows = 5, HeadUnits = 200, Vocabulary = 10_000;

    public static IEnumerable<KernelCase> All
    {
        get
        {
            int[] sizes = [64, 128, 256, 512, 1024];
            return
            [
                .. sizes.Select(units => Packed("forward", Rows, units, Gates * units, cStride: MatMul.StrideFor(Gates * units))),
                .. sizes.Select(units => Packed("backward", Rows, Gates * units, units, aStride: MatMul.StrideFor(Gates * units))),
                .. sizes.Select(units => Gradients("weights", Gates * units, units, 2, Steps, Rows, ShardRows)),
                .. sizes.Select(units => Packed("row", 1, units, Gates * units)),
                Packed("head forward", HeadRows, HeadUnits, Vocabulary),
                Packed("head backward", HeadRows, Vocabulary, HeadUnits),
                Gradients("head weights", Vocabulary, HeadUnits, 1, HeadSteps, HeadRows / HeadSteps, HeadShardRows),
            ];
        }
    }

    /// <summary>The product of (rows, K) and packed weights (K, N).</summary>
    /// <param name="aStride">The distance between rows of A; 0 if they are contiguous.</param>
    /// <param name="cStride">The distance between rows of C; 0 if they are contiguous.</param>
    private static KernelCase Packed(string what, int rows, int k, int n, int aStride = 0, int cStride = 0) =>
        new($"{what} {rows}x{k}x{n}", 2.0 * rows * k * n, 0, 0, () =>
    {
        (aStride, cStride) = (Math.Max(k, aStride), Math.Max(n, cStride));
        var a = Operands.Noise(rows * aStride);
        var c = new AlignedBuffer(rows * cStride);
        var b = new PackedMatrix(k, n);
        b.Pack(Operands.Noise(k * n).Span);
        return new KernelRun(() => MatMul.Multiply(a.Span, aStride, rows, b, c.Span, cStride));
    });

    /// <summary>
    /// The gradients of a layer's weights (m, n), one for each of its inputs, and of its bias, from all steps of a batch. They are summed over the tree of its
    /// shards, as in training.
    /// </summary>
    /// <param name="inputs">1, or 2 for a recurrent layer, which multiplies its input and its state.</param>
    /// <param name="shardRows">A divisor of <paramref name="rows"/>.</param>
    private static KernelCase Gradients(string what, int m, int n, int inputs, int steps, int rows, int shardRows) =>
        new($"{what} {m}x{inputs * n}x{steps * rows}", 2.0 * m * inputs * n * steps * rows, 0, 0, () =>
        {
            int stride = MatMul.StrideFor(m);
            AlignedBuffer gates = Operands.Noise(steps * rows * stride), bias = new(m);
            AlignedBuffer[] data = [.. Enumerable.Range(0, inputs).Select(_ => Operands.Noise(steps * rows * n))],
                targets = [.. data.Select(_ => new AlignedBuffer(m * n))];
            ShardRows[] shards = [.. Enumerable.Range(0, rows / shardRows).Select(shard => new ShardRows(shard * shardRows, shardRows))];
            int[] merges = new int[shards.Length];
            ReductionTree.Merges(new ShardRange(0, shards.Length), merges);
            JointOperand Operand(int i) => i < inputs ? new JointOperand(data[i].Span, n, rows * n, n, 0, steps, targets[i].Span) : default;
            return new KernelRun(() =>
                MatMul.SumTransposed(new SumOrder(shards, merges), gates.Span, stride, rows * stride, steps, m, Operand(0), Operand(1), bias.Span));
        });
}
