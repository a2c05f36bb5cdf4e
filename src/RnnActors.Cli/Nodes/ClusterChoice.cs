using System.CommandLine;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Nodes;

/// <summary>Where a run is computed: in this process, or on a cluster.</summary>
internal sealed class ClusterChoice
{
    private readonly Option<string[]> _cluster = new("--cluster")
    {
        Description = "Train on a cluster instead of in this process: any of its nodes, or several. The result is the same bits.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int> _priority = new("--priority")
    {
        Description = "On a cluster, which trains one run after the other: runs of a higher priority come first. "
            + "They interrupt the one that trains, which goes on after them, to the same bits. The default is 0.",
        HelpName = "N",
    };

    private readonly NodeConfiguration _security = new NodeConfiguration().Security();

    public void AddTo(Command command)
    {
        command.Add(_cluster);
        command.Add(_priority);
        _security.AddTo(command);
    }

    public int Priority(ParseResult parsed) => parsed.GetValue(_priority);

    /// <returns>Null for this process.</returns>
    /// <exception cref="InvalidInputException">An address is invalid, or an option cannot be used with a cluster.</exception>
    public ClientOptions? Read(ParseResult parsed, int? workers)
    {
        HostAndPort[] contacts = Contacts(parsed.GetRequiredValue(_cluster));
        if (contacts.Length == 0) return null;
        if (workers is not null)
        {
            throw new InvalidInputException(
                "--workers and --cluster exclude each other: the workers of a cluster are those of its nodes", "Leave out one of them");
        }

        return NodeOptions.Read(_security.Read(parsed)).ForClient(contacts);
    }

    /// <summary>Parses addresses, given one by one or separated by commas.</summary>
    public static HostAndPort[] Contacts(IEnumerable<string> given) =>
        [.. given.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(HostAndPort.Parse)];
}
