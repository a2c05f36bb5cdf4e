using RnnActors.Core.Kernels;

namespace RnnActors.Cli.Benchmarks;

/// <summary>The matrix products of training and generating, in the shapes of an LSTM of 64 rows and of a head over 10,000 tokens.</summary>
internal static class ProductCases
{
    private const int Rows = 64, Gates = 4, Steps = 32, ShardRows = 8;
    private const int HeadRows = 400, HeadShardRows = 20, HeadUnits = 200, Vocabulary = 10_000;

    public static IEnumerable<KernelCase> All
    {
        get
        {
            int[] sizes = [64, 128, 256, 512, 1024];
            return
            [
                .. sizes.Select(units => Packed("forward", Rows, units, Gates * units)),
                .. sizes.Select(units => Packed("backward", Rows, Gates * units, units)),
                .. sizes.Select(units => Transposed("weights", Gates * units, units, Steps, ShardRows, Rows)),
                .. sizes.Select(units => Packed("row", 1, units, Gates * units)),
                Packed("head forward", HeadRows, HeadUnits, Vocabulary),
                Packed("head backward", HeadRows, Vocabulary, HeadUnits),
                Transposed("head weights", Vocabulary, HeadUnits, HeadShardRows, 3, HeadShardRows),
            ];
        }
    }

    /// <summary>(rows, K) by packed weights (K, N).</summary>
    private static KernelCase Packed(string what, int rows, int k, int n) => new($"{what} {rows}x{k}x{n}", 2.0 * rows * k * n, 0, 0, () =>
    {
        var a = Operands.Noise(rows * k);
        var c = new AlignedBuffer(rows * n);
        var b = new PackedMatrix(k, n);
        b.Pack(Operands.Noise(k * n).Span);
        return new KernelRun(() => MatMul.Multiply(a.Span, k, rows, b, c.Span, n));
    });

    /// <summary>A weight's gradient (m, n) from a shard's rows of all steps.</summary>
    /// <param name="rows">Of the shard, in a batch of <paramref name="batch"/>.</param>
    private static KernelCase Transposed(string what, int m, int n, int steps, int rows, int batch) =>
        new($"{what} {m}x{n}x{steps * rows}", 2.0 * m * n * steps * rows, 0, 0, () =>
        {
            AlignedBuffer gates = Operands.Noise(steps * batch * m), inputs = Operands.Noise(steps * batch * n), c = new(m * n);
            var shard = new ShardRows(0, rows);
            return new KernelRun(() => MatMul.SumTransposed(
                SumOrder.Of(shard), gates.Span, m, batch * m, steps, m, new JointOperand(inputs.Span, n, batch * n, n, 0, steps, c.Span), default, []));
        });
}
