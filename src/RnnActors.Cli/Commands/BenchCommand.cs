using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RnnActors.Cli.Benchmarks;
using RnnActors.Cli.Benchmarks.Cluster;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Core.Problems;

namespace RnnActors.Cli.Commands;

/// <summary><c>bench</c>: how fast this machine trains and generates, and runs the kernels of both; alone, and as a cluster.</summary>
internal static class BenchCommand
{
    private const double LongestSeconds = 3600;

    /// <summary>The default workloads of a cluster: one with much computing for few bytes, and one with 18.6 MB of gradient a step.</summary>
    private static readonly string[] ClusterWorkloads = ["lstm L2 I128 H256 B64 T64 V65", "lstm L2 I200 H200 B20 T20 V10000"];

    public static Command Create(Terminal terminal) =>
        new("bench", "Measures how fast training, generation and their kernels are on this machine.")
        {
            Train(terminal), Tasks(terminal), Generate(terminal), Kernels(terminal), Cluster(terminal), BenchHostCommand.Create(terminal),
        };

    private static Command Train(Terminal terminal)
    {
        var threads = Threads(
            "Computing threads; several numbers are measured by turns, with each one's speedup over the first: --threads 1,2. The default is 1.");
        var filter = Filter("workloads");
        var seconds = Seconds(2, "workload");
        var tree = new Option<bool>("--tree")
        {
            Description = "Also measure what sharding and its summation tree cost one worker, against one shard. Takes twice as long.",
        };
        var peak = new Option<bool>("--peak") { Description = "Also measure the processor's peak, by turns, and a step's share of it." };
        var against = Against();
        var json = CommandOptions.Json();
        var command = new Command("train", "Whole training steps, by the local actors: forward, loss, backward, Adam.")
        {
            threads, filter, seconds, tree, peak, against, json,
        };
        command.SetAction(async (parsed, _) =>
        {
            int[] numbers = parsed.GetValue(threads)!;
            var wanted = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            bool measuresTree = parsed.GetValue(tree), measuresPeak = parsed.GetValue(peak);
            if (measuresTree && numbers is not [1])
                throw new InvalidInputException("--tree compares with one shard, which one worker alone can compute", "Leave --threads out");
            if (measuresPeak && numbers is not [1]) throw new InvalidInputException("--peak compares with what one processor can do", "Leave --threads out");
            var chosen = BenchFilter.Choose(Workload.All, workload => workload.Name, parsed.GetValue(filter), "workloads");
            (Workload Workload, int Threads)[] all = [.. chosen.SelectMany(workload => numbers.Select(number => (workload, number)))];
            foreach (var (workload, number) in all) TrainingBenchmark.ShardsFor(workload, number);
            var comparison = Compare(parsed.GetValue(against), "train", all.Select(one => (one.Workload.Name, one.Threads)));
            var report = new BenchReport(terminal, parsed.GetValue(json));
            List<WorkloadResult> results = [];
            foreach (var workload in chosen)
            {
                if (numbers is [var number])
                {
                    var result = await TrainingBenchmark.MeasureAsync(workload, number, wanted).ConfigureAwait(false);
                    result = all.Length == 1 ? result with { PeakMemory = PeakMemory() } : result with { FirstStep = null };
                    if (measuresPeak) result = result with { OfPeak = await TrainingBenchmark.ShareOfPeakAsync(workload, wanted).ConfigureAwait(false) };
                    if (measuresTree) result = result with { TreeCost = await TrainingBenchmark.TreeCostAsync(workload, wanted).ConfigureAwait(false) };
                    Add(result);
                }
                else
                {
                    foreach (var result in await TrainingBenchmark.MeasureAsync(workload, numbers, wanted).ConfigureAwait(false)) Add(result);
                }
            }

            void Add(WorkloadResult result)
            {
                report.Add(result, comparison?.Add(result));
                results.Add(result);
            }

            report.Finish(results, comparison);
        });
        return command;
    }

    private static Command Tasks(Terminal terminal)
    {
        var threads = Threads("Computing threads. The default is 1.");
        var filter = Filter("workloads");
        var seconds = Seconds(2, "workload");
        var lengths = new Option<bool>("--lengths")
        {
            Description = "Measure the workloads named 'lengths' beside the full rectangle of their longest row, by turns on one thread.",
        };
        var against = Against();
        var json = CommandOptions.Json();
        var command = new Command("tasks", "Whole training steps of tasks: sentences, tags, speech, translation, forecasts, words, rows of unequal lengths.")
        {
            threads, filter, seconds, lengths, against, json,
        };
        command.SetAction(async (parsed, _) =>
        {
            int[] numbers = parsed.GetValue(threads)!;
            var wanted = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            var chosen = BenchFilter.Choose(TaskWorkload.All, workload => workload.Name, parsed.GetValue(filter), "workloads");
            foreach (var workload in chosen) TrainingBenchmark.ShardsFor(workload, numbers.Max());
            var comparison = Compare(parsed.GetValue(against), "tasks", chosen.SelectMany(workload => numbers.Select(number => (workload.Name, number))));
            var report = new BenchReport(terminal, parsed.GetValue(json));
            List<WorkloadResult> results = [];
            foreach (var workload in chosen)
            {
                foreach (int number in numbers)
                {
                    var result = await TrainingBenchmark.MeasureAsync(workload, number, wanted, "tasks").ConfigureAwait(false) with { FirstStep = null };
                    if (parsed.GetValue(lengths) && workload.Full is not null)
                        result = result with { OfLengths = await TrainingBenchmark.CostOfLengthsAsync(workload, wanted).ConfigureAwait(false) };
                    report.Add(result, comparison?.Add(result));
                    results.Add(result);
                }
            }

            report.Finish(results, comparison);
        });
        return command;
    }

    private static Command Generate(Terminal terminal)
    {
        var threads = Numbers(
            "--threads", [],
            "Threads that compute a token; several numbers are measured in turn. The default is as many as generate takes, by the size of "
            + "the model.");
        var filter = Filter("workloads");
        var seconds = Seconds(1, "workload");
        var against = Against();
        var json = CommandOptions.Json();
        var command = new Command("generate", "One row, one step at a time, the state carried: what writing a text does.")
        {
            threads, filter, seconds, against, json,
        };
        command.SetAction(parsed =>
        {
            var time = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            var chosen = BenchFilter.Choose(Workload.All, workload => workload.Name, parsed.GetValue(filter), "workloads");
            int?[] numbers = parsed.GetValue(threads) is { Length: > 0 } given ? [.. given] : [null];
            var wanted = numbers.SelectMany(number => chosen.Select(workload => (workload.Name, number ?? 1)));
            var comparison = Compare(parsed.GetValue(against), "generate", wanted, anyThreads: numbers is [null]);
            var report = new BenchReport(terminal, parsed.GetValue(json));
            List<WorkloadResult> results = [];
            foreach (var (workload, number) in numbers.SelectMany(number => chosen.Select(workload => (workload, number))))
            {
                var result = GenerationBenchmark.Measure(workload, number, time);
                if (chosen.Count * numbers.Length == 1) result = result with { PeakMemory = PeakMemory() };
                report.Add(result, comparison?.Add(result));
                results.Add(result);
            }

            report.Finish(results, comparison);
        });
        return command;
    }

    private static Command Kernels(Terminal terminal)
    {
        var threads = Threads("Kernels are measured on one thread, whatever is asked for.");
        var filter = Filter("kernels");
        var seconds = Seconds(0.2, "kernel");
        var json = CommandOptions.Json();
        var command = new Command("kernels", "Matrix products as a share of what this machine can do, functions, cells and the optimiser.")
        {
            threads, filter, seconds, json,
        };
        command.SetAction(parsed =>
        {
            var wanted = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            var chosen = BenchFilter.Choose(KernelCase.All, kernel => kernel.Name, parsed.GetValue(filter), "kernels");
            var report = new BenchReport(terminal, parsed.GetValue(json));
            NoteOneThread(report, parsed.GetValue(threads)!);
            double peak = KernelBenchmark.MeasurePeak(wanted);
            report.AddPeak(peak);
            List<KernelResult> results = [];
            foreach (var kernel in chosen)
            {
                var result = KernelBenchmark.Measure(kernel, wanted);
                report.Add(result);
                results.Add(result);
            }

            report.Finish(results, peak);
        });
        return command;
    }

    private static Command Cluster(Terminal terminal)
    {
        var nodes = Numbers("--nodes", [1, 2],
            "Node processes with a worker each; several numbers are measured one after another, faults with the largest. The default is 1 and 2.");
        var filter = Filter("workloads");
        var seconds = Seconds(2, "turn of a workload");
        var noFaults = new Option<bool>("--no-faults") { Description = "Measure throughput and bytes alone, and kill nobody." };
        var json = CommandOptions.Json();
        var command = new Command("cluster", "Node processes on this machine beside local workers, what faults cost them, and the bytes of a step.")
        {
            nodes, filter, seconds, noFaults, json,
        };
        command.SetAction(async (parsed, _) =>
        {
            int[] numbers = parsed.GetValue(nodes)!;
            var wanted = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            var all = parsed.GetValue(filter) is null ? [.. Workload.All.Where(workload => ClusterWorkloads.Contains(workload.Name))] : Workload.All;
            var chosen = BenchFilter.Choose(all, workload => workload.Name, parsed.GetValue(filter), "workloads");
            foreach (var workload in chosen) TrainingBenchmark.ShardsFor(workload, numbers.Max(), "nodes");
            var report = new BenchReport(terminal, parsed.GetValue(json));
            using var signals = new StopSignals(terminal.Restore);
            try
            {
                var benchmark = new ClusterBenchmark(new ClusterReport(report), numbers, wanted, withFaults: !parsed.GetValue(noFaults));
                await benchmark.MeasureAsync(chosen, signals.Token).ConfigureAwait(false);
                return ExitCode.Done;
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                return signals.ExitCode;
            }
        });
        return command;
    }

    private static void NoteOneThread(BenchReport report, int[] threads)
    {
        if (threads is not [1]) report.Note("this is measured on one thread; --threads changes nothing");
    }

    private static Comparison? Compare(string? path, string mode, IEnumerable<(string, int)> wanted, bool anyThreads = false) =>
        path is null ? null : new Comparison(path, mode, wanted, anyThreads);

    /// <summary>The peak memory of this process, in bytes; null if the system does not tell.</summary>
    private static long? PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 is > 0 and var bytes ? bytes : null;
    }

    private static Option<string?> Filter(string what) => new("--filter")
    {
        Description = $"Measure only the {what} that have this in their names.",
        HelpName = "TEXT",
    };

    private static Option<string?> Against() => new("--against")
    {
        Description = "A file of JSON lines of another program, or of this one (workload, threads, tokens_per_s; mode, peer): what it measured is "
            + "shown beside.",
        HelpName = "FILE",
    };

    internal static Option<double> Seconds(double standard, string what)
    {
        var option = new Option<double>("--seconds")
        {
            Description = string.Create(
                CultureInfo.InvariantCulture, $"How long each {what} is measured, after its warm-up, and three times at least. The default is {standard}."),
            HelpName = "S",
            DefaultValueFactory = _ => standard,
        };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= LongestSeconds) return value;
            result.AddError($"--seconds is {text}, but it must be a number above 0 and at most {LongestSeconds}");
            return 0;
        };
        return option;
    }

    private static Option<int[]> Threads(string description) => Numbers("--threads", [1], description);

    private static Option<int[]> Numbers(string name, int[] standard, string description)
    {
        var option = new Option<int[]>(name)
        {
            Description = description,
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => standard,
        };
        option.CustomParser = result =>
        {
            List<int> numbers = [];
            foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',')))
            {
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0) numbers.Add(number);
                else result.AddError($"{name} is {text}, but it must be a whole number of 1 or more");
            }

            return [.. numbers.Distinct()];
        };
        return option;
    }
}
