using BenchmarkDotNet.Attributes;
using RnnActors.Core.Kernels;

namespace RnnActors.Benchmarks.Kernels;

/// <summary>Element-wise functions within the first-level cache.</summary>
[MemoryDiagnoser]
public class FunctionBenchmarks
{
    private const int Length = 4096;

    private readonly AlignedBuffer _source = Operands.Noise(Length, least: 0.01f), _destination = new(Length);

    [Benchmark]
    public void Exp() => ElementaryFunctions.Exp(_source.Span, _destination.Span);

    [Benchmark]
    public void Log() => ElementaryFunctions.Log(_source.Span, _destination.Span);

    [Benchmark]
    public void Tanh() => ElementaryFunctions.Tanh(_source.Span, _destination.Span);

    [Benchmark]
    public void Sigmoid() => ElementaryFunctions.Sigmoid(_source.Span, _destination.Span);
}
