using RnnActors.Cli.Display;
using RnnActors.Core.Kernels.Simd;
using Spectre.Console;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Reports measurements: for people a line for each at once and a table at the end, for programs a JSON line for each.</summary>
internal sealed class BenchReport(Terminal terminal, bool isJson)
{
    /// <summary>The event of a result's JSON line.</summary>
    public const string Measured = "measured";

    /// <summary>The name of this program in comparisons.</summary>
    public const string OurName = "rnnactors";

    private readonly JsonLineWriter _lines = new(terminal.Output);

    /// <summary>The vector width in use, in words.</summary>
    public static string Width => Vectors.Width == VectorWidth.Scalar ? "no vectors" : $"{(int)Vectors.Width}-bit vectors";

    /// <summary>The vector width in use, as a field of the JSON lines.</summary>
    public static (string Key, object? Value) VectorBits => ("vector_bits", (int)Vectors.Width);

    public void Add(WorkloadResult result, OtherResult? theirs)
    {
        string ratio = theirs is null ? "" : $", {BenchFigures.Rate(Comparison.Ratio(result, theirs))} × {theirs.Peer}";
        Add(result.Line + ratio, [.. result.Members(), VectorBits, .. Beside(result, theirs)]);
    }

    public void Add(KernelResult result) => Add(result.Line, [.. result.Members(), VectorBits]);

    /// <param name="line">For people.</param>
    /// <param name="members">For programs.</param>
    public void Add(string line, IEnumerable<(string Key, object? Value)> members)
    {
        if (isJson) _lines.Write(Measured, members);
        else Say(line);
    }

    public void AddPeak(double peak)
    {
        if (isJson) _lines.Write("peak", ("gflops", Math.Round(peak, 2)), VectorBits);
        else Say($"{"fused multiply-adds in registers",-34} {BenchFigures.Rate(peak)} GFLOP/s: the peak of one thread, with {Width}");
    }

    /// <summary>Tells people what is going on, while nothing is measured for some time.</summary>
    public void Tell(string what)
    {
        if (!isJson) Say(what);
    }

    /// <summary>Tells people something that is not a result.</summary>
    public void Note(string note)
    {
        if (isJson) _lines.Write("warning", ("message", note));
        else terminal.Error.WriteLine($"Note: {note}");
    }

    public void Finish(IReadOnlyList<WorkloadResult> results, Comparison? comparison)
    {
        if (isJson)
        {
            foreach (var (threads, workloads, mean, min) in comparison?.Summary() ?? [])
                _lines.Write("compared", ("threads", threads), ("workloads", workloads), ("geometric_mean", mean), ("least", min));
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

    public void Finish(IReadOnlyList<KernelResult> results, double peak) => Finish(console => BenchTables.Write(console, results, peak));

    /// <param name="write">Writes the tables at the end, for people.</param>
    public void Finish(Action<IAnsiConsole> write)
    {
        if (isJson) return;
        terminal.Console.WriteLine();
        write(terminal.Console);
    }

    /// <param name="name">The event of the last line.</param>
    /// <param name="members">Fields of that line, for programs.</param>
    /// <param name="write">Writes the tables at the end, for people.</param>
    public void Finish(string name, IEnumerable<(string Key, object? Value)> members, Action<IAnsiConsole> write)
    {
        if (isJson) _lines.Write(name, members);
        else Finish(write);
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
