using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Processes;
using RnnActors.Core.Problems;
using RnnActors.Data.Wording;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Commands;

/// <summary><c>accept-loss</c>: the user accepts that the newest state of a run is lost for good, so that it goes on from an older one.</summary>
internal static class AcceptLossCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create(Terminal terminal)
    {
        var which = new Argument<string>("run") { Description = "The run, by its identity or the beginning of it, as status shows it.", HelpName = "RUN" };
        var cluster = new Option<string[]>("--cluster")
        {
            Description = "Any nodes of the cluster.",
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => ["127.0.0.1:4053"],
        };
        var keys = new NodeConfiguration().Security();
        var command = new Command(
            "accept-loss", "Gives up a run's newest state where no node that holds it will return: the run goes on from what the coordinator has.")
        {
            which, cluster,
        };
        keys.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            HostAndPort[] contacts = ClusterChoice.Contacts(parsed.GetRequiredValue(cluster));
            await using var client = ClusterClient.Create(NodeOptions.Read(keys.Read(parsed)).ForClient(contacts));
            var status = await client.AskAsync<ClusterStatus>(new GetStatus(), Patience, cancellation).ConfigureAwait(false);
            if (status is null)
            {
                terminal.Error.WriteLine($"No coordinator answered within {Patience.TotalSeconds:0} s by {string.Join(", ", contacts)}.");
                return ExitCode.InvalidInput;
            }

            var run = Find(status, parsed.GetRequiredValue(which));
            var accepted = await client.AskAsync<LossAccepted>(new AcceptLoss(run.RunId), Patience, cancellation).ConfigureAwait(false);
            if (accepted is null)
            {
                terminal.Error.WriteLine($"The coordinator did not answer within {Patience.TotalSeconds:0} s. Look at the cluster with: rnnactors status");
                return ExitCode.Failed;
            }

            terminal.Output.WriteLine(
                $"{run.Name} goes on from step {Figures.Count(accepted.Step)}; step {Figures.Count(accepted.LostStep)} is given up.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <exception cref="InvalidInputException">No run, or more than one, has an id that begins so, or it waits for no state.</exception>
    private static RunSummary Find(ClusterStatus status, string begins)
    {
        RunSummary[] found = [.. status.Runs.Where(run => run.RunId.StartsWith(begins, StringComparison.OrdinalIgnoreCase))];
        return found switch
        {
            [{ State: RunSummary.WaitingForState } run] => run,
            [var run] => throw new InvalidInputException(
                $"the run {run.Name} is {run.State}: it does not wait for a newer state", "Nothing of it needs to be given up"),
            [] => throw new InvalidInputException($"the cluster has no run '{begins}'", "The runs are shown by: rnnactors status"),
            _ => throw new InvalidInputException($"{found.Length} runs begin with '{begins}'", "Write more of the identity"),
        };
    }
}
