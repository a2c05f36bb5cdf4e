using BenchmarkDotNet.Attributes;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Benchmarks.Kernels;

/// <summary>The matrix products of an LSTM's training: 64 rows, in shards of 8, of 32 steps.</summary>
[MemoryDiagnoser]
public class ProductBenchmarks
{
    private const int Rows = 64, ShardRowCount = 8, Steps = 32;

    private AlignedBuffer _inputs = null!, _gates = null!, _products = null!, _gradient = null!, _bias = null!, _weights = null!;
    private PackedMatrix _forward = null!, _backward = null!;

    [Params(64, 256, 1024)]
    public int Units { get; set; }

    private int Gates => 4 * Units;

    [GlobalSetup]
    public void Setup()
    {
        _inputs = Operands.Noise(Steps * Rows * Units);
        _gates = Operands.Noise(Steps * Rows * Gates);
        _products = new AlignedBuffer(Rows * Gates);
        _gradient = new AlignedBuffer(Gates * Units);
        _bias = Operands.Noise(Gates);
        _weights = Operands.Noise(Gates * Units);
        (_forward, _backward) = (new PackedMatrix(Units, Gates), new PackedMatrix(Gates, Units));
        _forward.PackTransposed(_weights.Span);
        _backward.Pack(_weights.Span);
    }

    [Benchmark]
    public void Pack() => _backward.Pack(_weights.Span);

    [Benchmark]
    public void Pack_transposed() => _forward.PackTransposed(_weights.Span);

    [Benchmark(Baseline = true)]
    public void Forward() => MatMul.MultiplyAddBias(_inputs.Span, Units, Rows, _forward, _bias.Span, _products.Span, Gates);

    [Benchmark]
    public void Forward_of_one_row() => MatMul.MultiplyAddBias(_inputs.Span, Units, 1, _forward, _bias.Span, _products.Span, Gates);

    [Benchmark]
    public void Backward() => MatMul.Multiply(_gates.Span, Gates, Rows, _backward, _products.Span, Units);

    [Benchmark]
    public void Weights_of_a_shard()
    {
        var shard = new ShardRows(0, ShardRowCount);
        MatMul.SumTransposed(
            SumOrder.Of(shard), _gates.Span, Gates, Rows * Gates, Steps, Gates,
            new JointOperand(_inputs.Span, Units, Rows * Units, Units, 0, Steps, _gradient.Span), default, []);
    }
}
