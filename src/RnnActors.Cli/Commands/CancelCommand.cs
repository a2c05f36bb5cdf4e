using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Data.Wording;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Commands;

/// <summary><c>cancel</c>: ends a run of a cluster for all who follow it.</summary>
internal static class CancelCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = RunArgument.Create();
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var command = new Command("cancel", "Ends a cluster's run after its present step, with a checkpoint, or takes it out of the queue.") { run, json };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var client = target.Connect(parsed);
            var found = await client.FindRunAsync(parsed.GetRequiredValue(run), cancellation).ConfigureAwait(false);
            bool wasOpen = RunSummary.IsOpen(found.State);
            var over = await client.CancelAsync(found, cancellation: cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                new JsonLineWriter(terminal.Output).Write(
                    "cancelled", ("run", over.RunId), ("name", over.Name), ("state", over.State), ("was_over", !wasOpen), ("step", over.Step),
                    ("parameters", over.Parameters));
            }
            else
            {
                terminal.Output.WriteLine(
                    $"{over.Name} ({RunIds.Short(over.RunId)}) {(wasOpen ? "is" : "was over already:")} {over.State}"
                    + (over.Step > 0 ? $" after step {Figures.Count(over.Step)}" : "") + (over.Parameters is null ? "." : $", parameters: {over.Parameters}."));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
