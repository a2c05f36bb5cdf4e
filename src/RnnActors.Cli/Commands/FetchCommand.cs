using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Data.Wording;
using RnnActors.Runs.Clusters;
using RnnActors.Runs.Folders;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Commands;

/// <summary><c>fetch</c>: downloads a cluster's run into a folder, which every other command accepts.</summary>
internal static class FetchCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = RunArgument.Create();
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var directory = CommandOptions.Out();
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the run that the folder holds." };
        var command = new Command(
            "fetch", "Brings a cluster's run here: its newest checkpoint, its best, its losses and its ledger, for resume, evaluate and predict.")
        {
            run, directory, overwrite, json,
        };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var client = target.Connect(parsed);
            var found = await client.FindRunAsync(parsed.GetRequiredValue(run), cancellation).ConfigureAwait(false);
            var folder = parsed.GetValue(directory) is { } chosen ? new RunFolder(chosen) : RunFolder.NewFor(found.Name);
            long step = await FetchedFolder.FetchAsync(client, found, folder, parsed.GetValue(overwrite), cancellation).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                new JsonLineWriter(terminal.Output).Write(
                    "fetched", ("run", found.RunId), ("name", found.Name), ("state", found.State), ("step", step), ("folder", folder.Path));
                return ExitCode.Done;
            }

            terminal.Output.WriteLine(
                $"{found.Name} ({RunIds.Short(found.RunId)}, {found.State}) after step {Figures.Count(step)} is in {folder.Shown}. Next:");
            foreach (string next in (string[])["resume", "evaluate", "inspect"]) terminal.Output.WriteLine($"    {terminal.Invocation.Of(next, folder.Shown)}");
            return ExitCode.Done;
        });
        return command;
    }
}
