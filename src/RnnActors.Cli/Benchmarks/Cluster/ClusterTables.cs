using RnnActors.Data.Wording;
using Spectre.Console;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>The tables at the end of a cluster benchmark.</summary>
internal static class ClusterTables
{
    public static void Write(IAnsiConsole console, IReadOnlyList<ThroughputResult> throughput, IReadOnlyList<FaultResult> faults)
    {
        var table = BenchTables.Columns("tokens a second", ["nodes", "cluster", "local", "ratio", "bytes a step and node", "ratio"]);
        foreach (var result in throughput)
        {
            var max = result.Traffic.MaxBy(node => node.Ratio);
            table.AddRow(
                result.Workload, Figures.Count(result.Nodes), Figures.Count((long)result.TokensPerSecond), Figures.Count((long)result.LocalTokensPerSecond),
                BenchFigures.Rate(result.Ratio),
                max is null ? "" : Figures.Count(max.Median.Moved), max is null ? "" : BenchFigures.Rate(max.Ratio));
        }

        console.Write(table);
        console.WriteLine($"  local: as many workers in one process, in turns; bytes beside gradient and parameters; with {BenchReport.Width}");
        if (faults.Count == 0) return;
        console.WriteLine();
        table = BenchTables.Columns("seconds of pause", ["nodes", "fault", "pause", "recomputing", "beyond", "steps lost", "parameters"]);
        foreach (var result in faults)
        {
            table.AddRow(
                result.Workload, Figures.Count(result.Nodes), result.Name, BenchFigures.Rate(result.Pause), BenchFigures.Rate(result.Recomputation),
                BenchFigures.Rate(result.Beyond),
                Figures.Count(result.StepsLost), result.IsEqual ? "[green]equal[/]" : "[bold red]differ[/]");
        }

        console.Write(table);
        console.WriteLine("  pause: what a step took longer in which a worker hung that had its part of it, from such a worker's kill to the end of its step, "
            + "and from the last step before a killed");
        console.WriteLine("  coordinator to the first after it, less a median step; parameters beside those of the same steps in one process");
    }
}
