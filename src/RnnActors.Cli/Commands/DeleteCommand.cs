using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Commands;

/// <summary><c>delete</c>: deletes a finished run from a cluster.</summary>
internal static class DeleteCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = RunArgument.Create();
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var command = new Command("delete",
            "Lets a cluster forget a run that is over, with its checkpoints and its copies. What was fetched stays.") { run, json };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var client = target.Connect(parsed);
            var found = await client.FindRunAsync(parsed.GetRequiredValue(run), cancellation).ConfigureAwait(false);
            await client.DeleteAsync(found, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) new JsonLineWriter(terminal.Output).Write("deleted", ("run", found.RunId), ("name", found.Name));
            else terminal.Output.WriteLine($"{found.Name} ({RunIds.Short(found.RunId)}) is deleted.");
            return ExitCode.Done;
        });
        return command;
    }
}
