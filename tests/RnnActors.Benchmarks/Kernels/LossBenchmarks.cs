using BenchmarkDotNet.Attributes;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Losses;

namespace RnnActors.Benchmarks.Kernels;

/// <summary>The softmax cross-entropy of 64 rows with its gradient.</summary>
[MemoryDiagnoser]
public class LossBenchmarks
{
    private const int Rows = 64;

    private readonly SoftmaxCrossEntropy _loss = new();
    private AlignedBuffer _outputs = null!, _gradient = null!;
    private int[] _labels = null!;

    [Params(65, 10_000)]
    public int Vocabulary { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_outputs, _gradient) = (Operands.Noise(Rows * Vocabulary), new AlignedBuffer(Rows * Vocabulary));
        _labels = [.. Enumerable.Range(0, Rows).Select(row => row * 7 % Vocabulary)];
    }

    [Benchmark]
    public LossSum Softmax_cross_entropy() => _loss.Evaluate(_outputs.Span, [], _labels, Vocabulary, 1f / Rows, _gradient.Span);
}
