using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Views;

namespace RnnActors.Cli.Commands;

/// <summary><c>logs</c>: what happened to a run of a cluster.</summary>
internal static class LogsCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = RunArgument.Create();
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var follow = new Option<bool>("--follow", "-f") { Description = "Follows new entries until the run is over." };
        var command = new Command("logs",
            "Shows what happened to a cluster's run: epochs, checkpoints, nodes that came and went, its end.") { run, follow, json };
        target.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using var client = target.Connect(parsed);
            using var signals = new StopSignals(terminal.Restore);
            var log = new LogText(terminal, parsed.GetValue(json));
            try
            {
                var found = await client.FindRunAsync(parsed.GetRequiredValue(run), signals.Token).ConfigureAwait(false);
                await foreach (var line in client.ReadLogAsync(found, parsed.GetValue(follow), signals.Token).ConfigureAwait(false)) log.Write(line);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                return signals.ExitCode;
            }

            return ExitCode.Done;
        });
        return command;
    }
}
