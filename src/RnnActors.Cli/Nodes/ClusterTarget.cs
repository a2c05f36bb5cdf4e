using System.CommandLine;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Nodes;

/// <summary>The cluster that a command is for.</summary>
internal sealed class ClusterTarget
{
    private readonly Option<string[]> _cluster = new("--cluster")
    {
        Description = "Any nodes of the cluster.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => ["127.0.0.1:4053"],
    };

    private readonly NodeConfiguration _security = new NodeConfiguration().Security();

    public void AddTo(Command command)
    {
        command.Add(_cluster);
        _security.AddTo(command);
    }

    public HostAndPort[] Contacts(ParseResult parsed) => ClusterChoice.Contacts(parsed.GetRequiredValue(_cluster));

    public ClientOptions Options(ParseResult parsed) => NodeOptions.Read(_security.Read(parsed)).ForClient(Contacts(parsed));

    public ClusterClient Connect(ParseResult parsed) => ClusterClient.Create(Options(parsed));
}
