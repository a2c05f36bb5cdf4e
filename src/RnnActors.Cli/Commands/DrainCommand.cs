using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;

namespace RnnActors.Cli.Commands;

/// <summary><c>drain</c>: a node of a cluster hands over its work and takes no more.</summary>
internal static class DrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var node = new Argument<string>("node") { Description = "Its name, as status shows it.", HelpName = "HOST:PORT" };
        var undo = new Option<bool>("--undo") { Description = "Lets it take work again." };
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var command = new Command(
            "drain", "Lets a node hand over its work after the present step and take no more. It stays a member, and takes work again when it is started anew.")
        {
            node, undo, json,
        };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var client = target.Connect(parsed);
            (string name, bool isDrained) = (parsed.GetRequiredValue(node), !parsed.GetValue(undo));
            await client.DrainAsync(name, isDrained, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) new JsonLineWriter(terminal.Output).Write("drained", ("node", name), ("is_drained", isDrained));
            else terminal.Output.WriteLine(isDrained ? $"{name} has handed over its work and takes no more." : $"{name} takes work again.");
            return ExitCode.Done;
        });
        return command;
    }
}
