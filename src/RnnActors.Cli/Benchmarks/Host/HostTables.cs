using System.Runtime;
using RnnActors.Data.Wording;
using Spectre.Console;

namespace RnnActors.Cli.Benchmarks.Host;

/// <summary>The summary of all rounds.</summary>
internal static class HostTables
{
    private static readonly (string Name, string Key, Func<HostTurn, double> Of)[] Percentiles =
        [("50 %", "p50", turn => turn.P50), ("95 %", "p95", turn => turn.P95), ("99 %", "p99", turn => turn.P99)];

    /// <param name="rounds">At least one.</param>
    public static void Write(IAnsiConsole console, HostLoad load, IReadOnlyList<HostRound> rounds)
    {
        var table = BenchTables.Columns("done", ["without, ms", "beside, ms", "ratio", "machine alone"]);
        foreach (var (name, _, of) in Percentiles)
        {
            table.AddRow(
                name, BenchFigures.Milliseconds(Pooled(rounds, round => [round.Before, round.After], of)),
                BenchFigures.Milliseconds(Pooled(rounds, round => [round.Trained], of)),
                Ratio(rounds, of).Rates, Noise(rounds, of).Rates);
        }

        console.Write(table);
        console.WriteLine($"  {load.PerSecond} requests a second over loopback, from {HostLoad.Clients} threads of this process; training on "
            + $"{Figures.Plural(load.Threads, "thread")} of {(load.HasLowPriority ? "low" : "the usual")} priority");
        console.WriteLine("  so many requests are done within the time, without a training and beside one; ratio: of the rounds, with quartiles;");
        console.WriteLine("  machine alone: the same between a round's two turns without training");
    }

    /// <summary>The fields of the last JSON line.</summary>
    /// <param name="rounds">At least one.</param>
    public static IEnumerable<(string Key, object? Value)> Members(HostLoad load, IReadOnlyList<HostRound> rounds)
    {
        yield return ("mode", "host");
        yield return ("rounds", rounds.Count);
        yield return ("requests_per_s", load.PerSecond);
        yield return ("threads", load.Threads);
        yield return ("low_priority", load.HasLowPriority);
        yield return ("server_gc", GCSettings.IsServerGC);
        foreach (var (_, key, of) in Percentiles)
        {
            yield return ($"{key}_ratio", Math.Round(Ratio(rounds, of).Median, 4));
            yield return ($"{key}_ratio_quartiles", Ratio(rounds, of).Quartiles(1, 4));
            yield return ($"{key}_noise", Math.Round(Noise(rounds, of).Median, 4));
            yield return ($"{key}_noise_quartiles", Noise(rounds, of).Quartiles(1, 4));
        }
    }

    private static Spread Ratio(IReadOnlyList<HostRound> rounds, Func<HostTurn, double> of) => Spread.Of(rounds.Select(round => round.Ratio(of)));

    private static Spread Noise(IReadOnlyList<HostRound> rounds, Func<HostTurn, double> of) => Spread.Of(rounds.Select(round => round.Noise(of)));

    private static double Pooled(IReadOnlyList<HostRound> rounds, Func<HostRound, HostTurn[]> turns, Func<HostTurn, double> of) =>
        of(HostTurn.Of(rounds.SelectMany(turns).SelectMany(turn => turn.Seconds)));
}
