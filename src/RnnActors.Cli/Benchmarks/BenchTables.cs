using RnnActors.Data.Wording;
using Spectre.Console;

namespace RnnActors.Cli.Benchmarks;

/// <summary>The tables at the end of a benchmark.</summary>
internal static class BenchTables
{
    public static void Write(IAnsiConsole console, IReadOnlyList<WorkloadResult> results)
    {
        bool hasTree = results.Any(result => result.TreeCost is not null), hasSpeedup = results.Any(result => result.Speedup is not null),
            hasPeak = results.Any(result => result.OfPeak is not null);
        var table = Columns(
            "workload",
            ["threads", "median ms", "min ms", "tokens/s", "GFLOP/s", .. Given(hasPeak, "of peak"), .. Given(hasSpeedup, "speedup"),
                .. Given(hasTree, "tree")]);
        foreach (var result in results)
        {
            table.AddRow(
            [
                result.Workload, Figures.Count(result.Threads), BenchFigures.Milliseconds(result.Times.Median), BenchFigures.Milliseconds(result.Times.Min),
                Figures.Count((long)result.TokensPerSecond), BenchFigures.Rate(result.GigaflopsPerSecond),
                .. Given(hasPeak, result.OfPeak is { } share ? BenchFigures.Percent(share.Median) : ""),
                .. Given(hasSpeedup, result.Speedup is { } speedup ? BenchFigures.Rate(speedup.Times.Median) : ""),
                .. Given(hasTree, result.TreeCost is { } cost ? BenchFigures.Signed(cost.Median) : ""),
            ]);
        }

        console.Write(table);
        console.WriteLine($"  with {BenchReport.Width}");
        if (hasPeak) console.WriteLine("  of peak: the products' share of what one core can multiply and add, by turns");
        if (hasSpeedup)
            console.WriteLine($"  speedup: over {Figures.Plural(results.First(result => result.Speedup is not null).Speedup!.Value.OverThreads, "thread")}, "
                + $"by turns");
        if (hasTree) console.WriteLine("  tree: what the usual shards and the sum of their gradients cost one worker, against one shard, by turns");
        if (results is [{ FirstStep: { } first }])
            console.WriteLine($"  from the start of this process to the end of the first step: {BenchFigures.Rate(first.TotalSeconds)} s");
        if (results is [{ PeakMemory: { } bytes }]) console.WriteLine($"  peak memory of this process: {BenchFigures.Rate(bytes / 1e6)} MB");
    }

    public static void Write(IAnsiConsole console, Comparison comparison)
    {
        var table = Columns("tokens a second", ["threads", BenchReport.OurName, comparison.TheirName, "ratio"]);
        foreach (var (ours, theirs) in comparison.Pairs)
        {
            double ratio = Comparison.Ratio(ours, theirs);
            string shown = BenchFigures.Rate(ratio);
            table.AddRow(
                ours.Workload, Figures.Count(ours.Threads), Figures.Count((long)ours.TokensPerSecond), Figures.Count((long)theirs.TokensPerSecond),
                ratio > 1 ? $"[bold green]{shown}[/]" : $"[yellow]{shown}[/]");
        }

        console.Write(table);
        foreach (var (threads, workloads, mean, min) in comparison.Summary())
        {
            string ofThreads = threads is { } number ? Figures.Plural(number, "thread") + ": " : "";
            console.WriteLine(
                $"  {ofThreads}geometric mean {BenchFigures.Rate(mean)}, least {BenchFigures.Rate(min)}, over {Figures.Plural(workloads, "workload")}");
        }
    }

    public static void Write(IAnsiConsole console, IReadOnlyList<KernelResult> results, double peak)
    {
        KernelResult[] products = [.. results.Where(result => result.IsProduct)], functions = [.. results.Where(result => !result.IsProduct)];
        if (products.Length > 0)
        {
            var table = Columns("product", ["µs", "GFLOP/s", "of peak"]);
            foreach (var product in products)
            {
                table.AddRow(
                    product.Kernel.Name, BenchFigures.Rate(product.Times.Median * 1e6), BenchFigures.Rate(product.GigaflopsPerSecond),
                    BenchFigures.Percent(product.OfPeak.Median));
            }

            console.Write(table);
        }

        if (functions.Length > 0)
        {
            var table = Columns("function", ["µs", "million elements/s", "GB/s", "of peak"]);
            foreach (var function in functions)
            {
                table.AddRow(
                    function.Kernel.Name, BenchFigures.Rate(function.Times.Median * 1e6), Figures.Count((long)(function.ElementsPerSecond / 1e6)),
                    BenchFigures.Rate(function.GigabytesPerSecond), BenchFigures.Percent(function.OfPeak.Median));
            }

            console.Write(table);
        }

        console.WriteLine($"  one thread with {BenchReport.Width}; its peak is {BenchFigures.Rate(peak)} GFLOP/s; of peak: of what it was beside each");
    }

    private static string[] Given(bool isGiven, string value) => isGiven ? [value] : [];

    internal static Table Columns(string first, string[] others)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn($"[grey]{Markup.Escape(first)}[/]").PadLeft(2));
        foreach (string name in others) table.AddColumn(new TableColumn($"[grey]{Markup.Escape(name)}[/]").RightAligned().PadLeft(2));
        return table;
    }
}
