using BenchmarkDotNet.Attributes;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Optimizers;

namespace RnnActors.Benchmarks.Kernels;

/// <summary>Adam's pass over its four blocks.</summary>
[MemoryDiagnoser]
public class OptimizerBenchmarks
{
    private readonly Adam _adam = new();
    private AlignedBuffer _parameters = null!, _gradients = null!, _mean = null!, _meanSquare = null!;

    [Params(10_000, 1_000_000)]
    public int Parameters { get; set; }

    [GlobalSetup]
    public void Setup() =>
        (_parameters, _gradients, _mean, _meanSquare) =
            (Operands.Noise(Parameters), Operands.Noise(Parameters), new AlignedBuffer(Parameters), new AlignedBuffer(Parameters));

    [Benchmark]
    public void Adam() => _adam.Update(_parameters.Span, _gradients.Span, _mean.Span, _meanSquare.Span, new UpdateStep(1000, 1e-3f));
}
