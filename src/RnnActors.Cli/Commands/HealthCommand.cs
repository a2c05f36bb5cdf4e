using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Commands;

/// <summary><c>health</c>: whether the node of this machine is healthy, for the probes of Docker and Kubernetes.</summary>
internal static class HealthCommand
{
    public static Command Create(Terminal terminal)
    {
        var keys = new NodeConfiguration()
            .Text("--data", nameof(NodeOptions.DataDirectory), "The node's data directory, where it is not the default.", "DIR")
            .Number(CommandOptions.AtLeast("--port", 0, "The node's port, where it is not the default."), nameof(NodeOptions.Port))
            .Flag("--shared-checkpoints", nameof(NodeOptions.SharedCheckpoints), "Where the node shares its data directory with others.");
        var live = new Option<bool>("--live")
        {
            Description = "Only whether the process is alive (liveness). Otherwise it must have joined and be able to take part (readiness).",
        };
        var command = new Command("health", "Says whether the node of this machine is well: exit code 0 or 1. It reads the node's settings as the node does.")
        {
            live,
        };
        keys.AddTo(command);
        command.SetAction(parsed =>
        {
            var file = HealthFile.Of(NodeOptions.Read(keys.Read(parsed)));
            string? problem = file.Read(parsed.GetValue(live));
            (problem is null ? terminal.Output : terminal.Error).WriteLine(problem ?? "healthy");
            foreach (string warning in file.ReadWarnings()) terminal.Output.WriteLine($"Warning: {warning}");
            return problem is null ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
