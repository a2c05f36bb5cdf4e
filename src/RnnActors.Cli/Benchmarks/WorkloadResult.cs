using RnnActors.Core.Training;
using RnnActors.Data.Wording;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A measured workload.</summary>
/// <param name="Mode"><c>train</c> or <c>generate</c>.</param>
/// <param name="Tokens">Rows times steps of each run.</param>
/// <param name="Flops">Floating-point operations of each run's matrix products.</param>
internal sealed record WorkloadResult(string Mode, int Threads, string Workload, StepTimes Times, int Tokens, double Flops)
{
    /// <summary>How much longer a step takes than with one shard, as a share; null if that was not measured.</summary>
    public Spread? TreeCost { get; init; }

    /// <summary>Its time relative to the full rectangle's, divided by its share of valid steps; null if that was not measured.</summary>
    public Spread? OfLengths { get; init; }

    /// <summary>GFLOP/s as a share of the processor's peak, measured beside each step; null if that was not measured.</summary>
    public Spread? OfPeak { get; init; }

    /// <summary>The speedup over another number of threads; null if none was measured by turns.</summary>
    public Speedup? Speedup { get; init; }

    /// <summary>The arrangement of threads; null if they do not compute shards.</summary>
    public WorkerTeams? Teams { get; init; }

    /// <summary>The least memory of threads in this arrangement, in bytes; null if they do not compute shards.</summary>
    public long? Memory { get; init; }

    /// <summary>The peak memory of the process, in bytes; null if it did other things too.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>From the start of the process to the end of the first step; null if the process did other things before.</summary>
    public TimeSpan? FirstStep { get; init; }

    public double TokensPerSecond => Tokens / Times.Median;

    public double GigaflopsPerSecond => Flops / Times.Median / 1e9;

    /// <summary>One line for people, as soon as the workload is done.</summary>
    public string Line =>
        $"{Workload,-34} {Figures.Plural(Threads, "thread")}{(Teams is { Threads: > 1 } teams ? $" as {Arrangement(teams)}" : "")}"
            + $"{(Threads > 1 && Memory is { } memory ? $" in {Figures.Megabytes(memory)}" : "")}: "
            + $"{BenchFigures.Milliseconds(Times.Median)} ms a step, {Figures.Count((long)TokensPerSecond)} tokens/s, " +
        $"{BenchFigures.Rate(GigaflopsPerSecond)} GFLOP/s ({Figures.Plural(Times.Runs, "step")} measured)" +
        (Speedup is { } speedup ? $", {speedup.Times.Rates} × {Figures.Plural(speedup.OverThreads, "thread")}" : "") +
        (OfPeak is { } share
            ? $", {BenchFigures.Percent(share.Median)} of peak ({BenchFigures.Percent(share.Low)} to {BenchFigures.Percent(share.High)})"
            : "") +
        (OfLengths is { } lengths ? $", {lengths.Median:F2} × its share of the full rectangle ({lengths.Low:F2} to {lengths.High:F2})" : "") +
        (TreeCost is { } cost ? $", the tree {BenchFigures.Signed(cost.Median)} ({BenchFigures.Signed(cost.Low)} to {BenchFigures.Signed(cost.High)})" : "");

    private static string Arrangement(WorkerTeams teams) =>
        Figures.Plural(teams.Workers, "worker") + (teams.ThreadsOfEach > 1 ? $" of {Figures.Count(teams.ThreadsOfEach)} threads" : "");

    /// <summary>The fields of its JSON line, with the names that other programs use.</summary>
    public IEnumerable<(string Key, object? Value)> Members()
    {
        yield return ("peer", BenchReport.OurName);
        yield return ("mode", Mode);
        yield return ("threads", Threads);
        yield return ("workload", Workload);
        foreach (var member in BenchFigures.Members(Times)) yield return member;
        yield return ("tokens_per_s", Math.Round(TokensPerSecond));
        yield return ("gflops", Math.Round(GigaflopsPerSecond, 2));
        if (OfPeak is { } share)
        {
            yield return ("peak_percent", Math.Round(100 * share.Median, 1));
            yield return ("peak_percent_quartiles", share.Quartiles(100, 1));
        }

        if (OfLengths is { } lengths) yield return ("of_lengths", Math.Round(lengths.Median, 3));
        if (TreeCost is { } cost)
        {
            yield return ("tree_percent", Math.Round(100 * cost.Median, 2));
            yield return ("tree_percent_quartiles", cost.Quartiles(100, 2));
        }

        if (Speedup is { } speedup)
        {
            yield return ("speedup", Math.Round(speedup.Times.Median, 3));
            yield return ("speedup_quartiles", speedup.Times.Quartiles(1, 3));
            yield return ("speedup_over_threads", speedup.OverThreads);
        }

        if (Teams is { } arranged)
        {
            yield return ("workers", arranged.Workers);
            yield return ("threads_of_each", arranged.ThreadsOfEach);
            if (Memory is { } min) yield return ("memory_mb", Math.Round(min / 1e6, 1));
        }

        if (FirstStep is { } first) yield return ("first_step_s", Math.Round(first.TotalSeconds, 2));
        if (PeakMemory is { } bytes) yield return ("peak_memory_mb", Math.Round(bytes / 1e6, 1));
    }
}

/// <param name="Times">How many times as fast.</param>
/// <param name="OverThreads">The number of threads of the reference.</param>
internal readonly record struct Speedup(Spread Times, int OverThreads);
