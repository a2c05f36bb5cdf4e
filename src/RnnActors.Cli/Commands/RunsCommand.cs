using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;

namespace RnnActors.Cli.Commands;

/// <summary><c>runs</c>: lists the runs of a cluster.</summary>
internal static class RunsCommand
{
    public static Command Create(Terminal terminal)
    {
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var watch = new Option<bool>("--watch") { Description = "Shows them again every two seconds, until Ctrl-C." };
        var command = new Command("runs", "Lists a cluster's runs: those that are over, the one that trains, and the queue in its order.") { json, watch };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var client = target.Connect(parsed);
            async Task ShowAsync(CancellationToken stop)
            {
                var status = await client.StatusAsync(stop).ConfigureAwait(false);
                if (parsed.GetValue(json)) RunTable.WriteJson(new JsonLineWriter(terminal.Output), status.Runs);
                else RunTable.Write(terminal.Console, status.Runs, DateTimeOffset.UtcNow);
            }

            if (parsed.GetValue(watch)) return await Repeated.UntilSignalAsync(terminal, !parsed.GetValue(json), ShowAsync).ConfigureAwait(false);
            await ShowAsync(cancellation).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
