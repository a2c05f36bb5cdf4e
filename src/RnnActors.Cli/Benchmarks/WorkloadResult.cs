using RnnActors.Cli.Display;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A workload, measured.</summary>
/// <param name="Mode"><c>train</c> or <c>generate</c>.</param>
/// <param name="Tokens">Rows times steps that each run computed.</param>
/// <param name="Flops">Floating-point operations of each run's matrix products.</param>
internal sealed record WorkloadResult(string Mode, int Threads, string Workload, StepTimes Times, int Tokens, double Flops)
{
    /// <summary>How much longer a step takes than with one shard, as a share; null where that was not measured.</summary>
    public double? TreeCost { get; init; }

    /// <summary>The most memory that the process ever had, in bytes; null where it did other things too.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>From the start of the process to the end of the first step; null where the process did other things before.</summary>
    public TimeSpan? FirstStep { get; init; }

    public double TokensPerSecond => Tokens / Times.Median;

    public double GigaflopsPerSecond => Flops / Times.Median / 1e9;

    /// <summary>One line for people, as soon as the workload is done.</summary>
    public string Line =>
        $"{Workload,-34} {Figures.Plural(Threads, "thread")}: {BenchFigures.Milliseconds(Times.Median)} ms a step, {Figures.Count((long)TokensPerSecond)} tokens/s, " +
        $"{BenchFigures.Rate(GigaflopsPerSecond)} GFLOP/s ({Figures.Plural(Times.Runs, "step")} measured)";

    /// <summary>The members of its JSON line, under the names that other programs use for theirs.</summary>
    public IEnumerable<(string Key, object? Value)> Members()
    {
        yield return ("peer", BenchReport.OurName);
        yield return ("mode", Mode);
        yield return ("threads", Threads);
        yield return ("workload", Workload);
        foreach (var member in BenchFigures.Members(Times)) yield return member;
        yield return ("tokens_per_s", Math.Round(TokensPerSecond));
        yield return ("gflops", Math.Round(GigaflopsPerSecond, 2));
        if (TreeCost is { } cost) yield return ("tree_percent", Math.Round(100 * cost, 2));
        if (FirstStep is { } first) yield return ("first_step_s", Math.Round(first.TotalSeconds, 2));
        if (PeakMemory is { } bytes) yield return ("peak_memory_mb", Math.Round(bytes / 1e6, 1));
    }
}
