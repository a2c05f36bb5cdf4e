using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Commands;

/// <summary><c>status</c>: the members of a cluster, its workers and runs, as its coordinator sees them.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create(Terminal terminal)
    {
        var cluster = new Option<string[]>("--cluster")
        {
            Description = "Any nodes of the cluster.",
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => ["127.0.0.1:4053"],
        };
        var json = CommandOptions.Json();
        var keys = new NodeConfiguration().Security();
        var command = new Command("status", "Shows a cluster: nodes, shards, speed, runs and the bytes that a step moves.") { cluster, json };
        keys.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            HostAndPort[] contacts = ClusterChoice.Contacts(parsed.GetRequiredValue(cluster));
            await using var client = ClusterClient.Create(NodeOptions.Read(keys.Read(parsed)).ForClient(contacts));
            var status = await client.AskAsync<ClusterStatus>(new GetStatus(), Patience, cancellation).ConfigureAwait(false);
            if (status is null)
            {
                terminal.Error.WriteLine(
                    $"No coordinator answered within {Patience.TotalSeconds:0} s by {string.Join(", ", contacts)}. "
                    + (client.Renamed.Count > 0 ? string.Join(". ", client.Renamed) + "." : "Start a node there (rnnactors node), or name one that runs."));
                return ExitCode.Failed;
            }

            if (parsed.GetValue(json)) StatusText.WriteJson(new JsonLineWriter(terminal.Output), status);
            else StatusText.Write(terminal.Console, status);
            return ExitCode.Done;
        });
        return command;
    }
}
