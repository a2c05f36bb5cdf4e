using RnnActors.Cli.Benchmarks.Cluster;
using RnnActors.Cli.Display;
using RnnActors.Core.Kernels.Simd;
using Spectre.Console;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Says what was measured: for people a line as soon as it is known and a table at the end, for programs one JSON line each.</summary>
internal sealed class BenchReport(Terminal terminal, bool isJson)
{
    /// <summary>The event of a result's JSON line.</summary>
    public const string Measured = "measured";

    /// <summary>What this program is called beside others.</summary>
    public const string OurName = "rnnactors";

    private readonly JsonLineWriter _lines = new(terminal.Output);

    /// <summary>The vector width in use, in words.</summary>
    public static string Width => Vectors.Width == VectorWidth.Scalar ? "no vectors" : $"{(int)Vectors.Width}-bit vectors";

    public void Add(WorkloadResult result, OtherResult? theirs)
    {
        if (isJson) _lines.Write(Measured, [.. result.Members(), ("vector_bits", (int)Vectors.Width), .. Beside(result, theirs)]);
        else Say(result.Line + (theirs is null ? "" : $", {BenchFigures.Rate(Comparison.Ratio(result, theirs))} × {theirs.Peer}"));
    }

    public void Add(KernelResult result)
    {
        if (isJson) _lines.Write(Measured, [.. result.Members(), ("vector_bits", (int)Vectors.Width)]);
        else Say(result.Line);
    }

    public void Add(ThroughputResult result)
    {
        if (isJson) _lines.Write(Measured, [.. result.Members(), ("vector_bits", (int)Vectors.Width)]);
        else Say(result.Line);
        foreach (var traffic in result.Traffic)
        {
            if (isJson) _lines.Write(Measured, traffic.Members());
            else Say(traffic.Line);
        }
    }

    public void Add(FaultResult result)
    {
        if (isJson) _lines.Write(Measured, result.Members());
        else Say(result.Line);
    }

    public void AddPeak(double peak)
    {
        if (isJson) _lines.Write("peak", ("gflops", Math.Round(peak, 2)), ("vector_bits", (int)Vectors.Width));
        else Say($"{"fused multiply-adds in registers",-34} {BenchFigures.Rate(peak)} GFLOP/s: the peak of one thread, with {Width}");
    }

    /// <summary>What a person should know that is no result.</summary>
    public void Note(string note)
    {
        if (isJson) _lines.Write("warning", ("message", note));
        else terminal.Error.WriteLine($"Note: {note}");
    }

    public void Finish(IReadOnlyList<WorkloadResult> results, Comparison? comparison)
    {
        if (isJson)
        {
            foreach (var (threads, workloads, mean, least) in comparison?.Summary() ?? [])
                _lines.Write("compared", ("threads", threads), ("workloads", workloads), ("geometric_mean", mean), ("least", least));
            return;
        }

        terminal.Console.WriteLine();
        BenchTables.Write(terminal.Console, results);
        if (comparison is not null)
        {
            terminal.Console.WriteLine();
            BenchTables.Write(terminal.Console, comparison);
        }
    }

    public void Finish(IReadOnlyList<KernelResult> results, double peak)
    {
        if (isJson) return;
        terminal.Console.WriteLine();
        BenchTables.Write(terminal.Console, results, peak);
    }

    public void Finish(IReadOnlyList<ThroughputResult> throughput, IReadOnlyList<FaultResult> faults)
    {
        if (isJson) return;
        terminal.Console.WriteLine();
        ClusterTables.Write(terminal.Console, throughput, faults);
    }

    private static IEnumerable<(string Key, object? Value)> Beside(WorkloadResult ours, OtherResult? theirs) => theirs is null ? [] :
    [
        ("against", theirs.Peer), ("against_tokens_per_s", Math.Round(theirs.TokensPerSecond)), ("ratio", Math.Round(Comparison.Ratio(ours, theirs), 3)),
    ];

    private void Say(string line)
    {
        terminal.Output.WriteLine(line);
        terminal.Output.Flush();
    }
}
