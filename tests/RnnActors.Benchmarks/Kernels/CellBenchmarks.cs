using BenchmarkDotNet.Attributes;
using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Benchmarks.Kernels;

/// <summary>The element-wise part of a step of 64 rows. The backward passes copy their operands first, since they overwrite them.</summary>
[MemoryDiagnoser]
public class CellBenchmarks
{
    private const int Rows = 64;

    private AlignedBuffer _noise = null!, _activated = null!, _gates = null!, _recurrent = null!, _first = null!, _second = null!;

    [Params(32, 256)]
    public int Units { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        int cells = Rows * Units;
        (_noise, _activated, _gates) = (Operands.Noise(4 * cells), Operands.Noise(4 * cells, min: 0.1f), new AlignedBuffer(4 * cells));
        (_recurrent, _first, _second) = (new AlignedBuffer(3 * cells), new AlignedBuffer(cells), new AlignedBuffer(cells));
    }

    [Benchmark]
    public void Lstm_forward() => LstmCell.Forward(_gates.Span, 4 * Units, _noise.Span, _first.Span, _second.Span, Units, Rows, Units);

    [Benchmark]
    public void Lstm_backward()
    {
        _activated.Span.CopyTo(_gates.Span);
        _noise.Span[..(Rows * Units)].CopyTo(_first.Span);
        LstmCell.Backward(_gates.Span, 4 * Units, _noise.Span, _noise.Span, _noise.Span, Units, _noise.Span, _first.Span, Rows, Units);
    }

    [Benchmark]
    public void Gru_forward() => GruCell.Forward(_gates.Span, 3 * Units, _noise.Span, _noise.Span, Units, _first.Span, _second.Span, Units, Rows, Units);

    [Benchmark]
    public void Gru_backward()
    {
        _activated.Span.CopyTo(_gates.Span);
        _noise.Span[..(Rows * Units)].CopyTo(_first.Span);
        _noise.Span[..(Rows * Units)].CopyTo(_second.Span);
        GruCell.Backward(_gates.Span, 3 * Units, _recurrent.Span, _noise.Span, Units, _second.Span, _noise.Span, Units, _first.Span, Rows, Units);
    }
}
