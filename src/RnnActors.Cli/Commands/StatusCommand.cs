using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Commands;

/// <summary><c>status</c>: the members of a cluster, its workers and runs, as its coordinator sees them.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create(Terminal terminal)
    {
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var watch = new Option<bool>("--watch") { Description = "Shows it again every two seconds, until Ctrl-C." };
        var command = new Command("status", "Shows a cluster: nodes, shards, speed, runs and the bytes that a step moves.") { json, watch };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var client = target.Connect(parsed);
            async Task<bool> ShowAsync(CancellationToken stop)
            {
                var status = await client.AskAsync<ClusterStatus>(new GetStatus(), Patience, stop).ConfigureAwait(false);
                if (status is null)
                {
                    terminal.Error.WriteLine(
                        $"No coordinator answered within {Patience.TotalSeconds:0} s by {string.Join(", ", target.Contacts(parsed))}. "
                        + $"{await client.RemedyAsync(stop).ConfigureAwait(false)}.");
                    return false;
                }

                if (parsed.GetValue(json)) StatusText.WriteJson(new JsonLineWriter(terminal.Output), status);
                else StatusText.Write(terminal.Console, status);
                return true;
            }

            if (parsed.GetValue(watch)) return await Repeated.UntilSignalAsync(terminal, !parsed.GetValue(json), ShowAsync).ConfigureAwait(false);
            return await ShowAsync(cancellation).ConfigureAwait(false) ? ExitCode.Done : ExitCode.InvalidInput;
        });
        return command;
    }
}
