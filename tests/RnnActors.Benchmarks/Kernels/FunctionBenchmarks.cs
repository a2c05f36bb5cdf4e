using BenchmarkDotNet.Attributes;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Benchmarks.Kernels;

/// <summary>Element-wise functions within the first-level cache.</summary>
[MemoryDiagnoser]
public class FunctionBenchmarks
{
    private const int Length = 4096;

    private readonly AlignedBuffer _source = Operands.Noise(Length, min: 0.01f), _destination = new(Length);

    [Benchmark]
    public void Exp() => Core.Kernels.Functions.Exp.Apply(_source.Span, _destination.Span);

    [Benchmark]
    public void Log() => Core.Kernels.Functions.Log.Apply(_source.Span, _destination.Span);

    [Benchmark]
    public void Tanh() => Core.Kernels.Functions.Tanh.Apply(_source.Span, _destination.Span);

    [Benchmark]
    public void Sigmoid() => Core.Kernels.Functions.Sigmoid.Apply(_source.Span, _destination.Span);
}
