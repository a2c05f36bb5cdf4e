using System.CommandLine;
using System.Diagnostics;
using RnnActors.Cli.Benchmarks;
using RnnActors.Cli.Benchmarks.Host;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Core.Problems;
using RnnActors.Runs.Hosting;

namespace RnnActors.Cli.Commands;

/// <summary><c>bench host</c>: how much training in the background of a web process slows its requests.</summary>
internal static class BenchHostCommand
{
    private const int MaxRounds = 1000, MaxPerSecond = 10_000, StandardRounds = 5, StandardPerSecond = 200, StandardSeconds = 4;

    /// <summary>
    /// The garbage collector's settings of .NET's web projects. This program's own settings save memory, and would collect many times as often during training.
    /// </summary>
    private static readonly (string Name, string Value)[] WebCollector =
        [("DOTNET_gcServer", "1"), ("DOTNET_gcConcurrent", "1"), ("DOTNET_GCConserveMemory", "0"), ("DOTNET_GCGen0MaxBudget", "0")];

    public static Command Create(Terminal terminal)
    {
        var rounds = CommandOptions.AtLeast("--rounds", 1,
            $"Rounds, each of a turn without training, one beside it and one without again. The default is {StandardRounds}.");
        var seconds = BenchCommand.Seconds(StandardSeconds, "turn");
        var rate = CommandOptions.AtLeast("--rate", 1, $"Requests a second. The default is {StandardPerSecond}.");
        var threads = CommandOptions.AtLeast("--threads", 1, "Threads that train. The default is half of the processors' number, at least 1.");
        var usual = new Option<bool>("--usual-priority")
        {
            Description = "Train with threads of the usual priority, which take from requests what they can.",
        };
        var json = CommandOptions.Json();
        var command = new Command("host", "Requests to a web process that forecasts, with and without a training in its background, by turns.")
        {
            rounds, seconds, rate, threads, usual, json,
        };
        command.SetAction(async (parsed, _) =>
        {
            var load = new HostLoad(
                AtMost("--rounds", parsed.GetValue(rounds) ?? StandardRounds, MaxRounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                AtMost("--rate", parsed.GetValue(rate) ?? StandardPerSecond, MaxPerSecond),
                parsed.GetValue(threads) ?? new BackgroundTrainingOptions().Threads, HasLowPriority: !parsed.GetValue(usual));
            using var signals = new StopSignals(terminal.Restore);
            if (!WebCollector.All(setting => Environment.GetEnvironmentVariable(setting.Name) == setting.Value))
            {
                ProcessStartInfo web = AsWebProcess(parsed.Tokens.Select(token => token.Value));
                return await (terminal.IsLive ? OwnProgram.RunAsync(web, signals) : OwnProgram.RunAsync(web, signals, terminal.Output, terminal.Error))
                    .ConfigureAwait(false);
            }

            var report = new BenchReport(terminal, parsed.GetValue(json));
            DirectoryInfo folder = Directory.CreateTempSubdirectory("rnnactors-bench-");
            try
            {
                var measured = await new HostBenchmark(report, load).MeasureAsync(folder.FullName, signals.Token).ConfigureAwait(false);
                report.Finish("host", HostTables.Members(load, measured), console => HostTables.Write(console, load, measured));
                return ExitCode.Done;
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                return signals.ExitCode;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    /// <summary>This command in a process with <see cref="WebCollector"/>, which the runtime reads when it starts.</summary>
    private static ProcessStartInfo AsWebProcess(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = OwnProgram.Start(arguments);
        foreach ((string name, string value) in WebCollector) start.Environment[name] = value;
        return start;
    }

    private static int AtMost(string option, int value, int max) =>
        value <= max ? value : throw new InvalidInputException($"{option} is {value}, but it must be at most {max}");
}
