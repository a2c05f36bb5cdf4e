using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Commands;

/// <summary><c>priority</c>: moves a run in a cluster's queue.</summary>
internal static class PriorityCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = RunArgument.Create();
        var priority = new Argument<int>("priority") { Description = "Higher ones train first, equal ones in the order of their submission.", HelpName = "N" };
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var command = new Command("priority", "Moves a run in a cluster's queue. A run of higher priority interrupts the one that trains.")
        {
            run, priority, json,
        };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var client = target.Connect(parsed);
            int wanted = parsed.GetRequiredValue(priority);
            var found = await client.FindRunAsync(parsed.GetRequiredValue(run), cancellation).ConfigureAwait(false);
            await client.SetPriorityAsync(found, wanted, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json)) new JsonLineWriter(terminal.Output).Write("priority", ("run", found.RunId), ("name", found.Name), ("priority", wanted));
            else terminal.Output.WriteLine($"{found.Name} ({RunIds.Short(found.RunId)}) has priority {wanted}.");
            return ExitCode.Done;
        });
        return command;
    }
}
