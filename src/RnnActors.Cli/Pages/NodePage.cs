using System.Net;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Pages;

/// <summary>The page of a node's cluster is available.</summary>
/// <param name="Address">The address: <c>http://127.0.0.1:8080/</c>.</param>
internal sealed record PageListening(string Address) : NodeEvent
{
    public override string Text => $"The cluster's page is at {Address}";
}

/// <summary>
/// The live page of a node's cluster: its nodes, its runs, and the run that trains. Its data come from the coordinator, so every node's page shows the same,
/// and continues when the coordinator moves. If there are certificates, other machines can open it with one of the cluster's authority.
/// </summary>
internal sealed class NodePage : IAsyncDisposable
{
    private readonly PageServer _server;
    private readonly NodeOptions _options;
    private ClusterWatch? _watch;

    private NodePage(PageServer server, NodeOptions options) => (_server, _options) = (server, options);

    public Uri Address => _server.Address;

    /// <summary>Opens the page, before the node is in its cluster.</summary>
    /// <returns>Null if the node has no page.</returns>
    /// <exception cref="InvalidInputException">
    /// The address or the port is not available, or other machines could open the page without certificates.
    /// </exception>
    public static async Task<NodePage?> OpenAsync(NodeOptions options, RnnActorsNode node, INodeView view)
    {
        if (options.PagePort is not { } port) return null;
        if (!IPAddress.TryParse(options.PageBind, out var address))
            throw new InvalidInputException($"--page-bind is '{options.PageBind}', which is no IP address",
                "Give 127.0.0.1, 0.0.0.0 or an address of this machine");
        bool isLocal = IPAddress.IsLoopback(address);
        if (!isLocal && options.Tls is null && !options.DangerouslyAllowPlainText)
        {
            throw new InvalidInputException(
                $"other machines can reach the page at {address}, and the node has no certificates",
                "Give it certificates (--certificate, --key, --authority), or leave --page-bind out and reach it by ssh -L 8080:127.0.0.1:8080 HOST");
        }

        var server = await PageServer.StartAsync(address, port, "--page", isLocal || options.Tls is null ? null : () => node.ServerAuthentication)
            .ConfigureAwait(false);
        string host = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? options.EffectivePublicHost : server.Address.Host;
        view.Happened(new PageListening(new UriBuilder(server.Address) { Host = host }.Uri.ToString()));
        return new NodePage(server, options);
    }

    /// <summary>Watches the cluster once the node has started.</summary>
    public void Watch(HostAndPort node) =>
        _watch ??= new ClusterWatch(_options.ForClient([node]), _server.Feed, new RunOfCluster(_server.Feed, node.ToString()));

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null) await _watch.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
