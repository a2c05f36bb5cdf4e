using System.Net;
using System.Net.Sockets;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Hosting;
using RnnActors.Training.Tests.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>Those who speak to a cluster from outside, and whom it listens to where it has certificates.</summary>
public class ClusterClientSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Impatience = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Any_node_passes_a_question_on_to_the_coordinator()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var worker = await cluster.StartAsync(NodeRoles.Worker);
        await worker.Events.NextAsync<ClusterJoined>();
        await using var client = ClusterClient.Create(new ClientOptions([new HostAndPort("127.0.0.1", 1), worker.Node.Address!.Value]));

        var status = await client.AskAsync<ClusterStatus>(new GetStatus(), Patience);

        Assert.Equal(first.Name, status!.Coordinator);
    }

    [Fact]
    public async Task Where_no_coordinator_answers_the_remedy_depends_on_whether_a_node_is_there()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var contact = new HostAndPort("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        await using var client = ClusterClient.Create(new ClientOptions([contact]));
        Assert.StartsWith($"{contact} listens, and no coordinator is heard by it", await client.RemedyAsync(), StringComparison.Ordinal);
        listener.Stop();
        Assert.StartsWith("Nothing listens there. Start a node", await client.RemedyAsync(), StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(ClusterClient client, string reason) => Assert.Contains(
        reason, (await Assert.ThrowsAsync<InvalidInputException>(() => client.AskAsync<ClusterStatus>(new GetStatus(), Patience))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Who_is_not_let_in_is_told_why_at_once_and_so_is_who_watches_the_node()
    {
        using Certificates ours = new(), others = new();
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator, options => options.Tls = ours.Node("node"));
        HostAndPort[] contacts = [node.Node.Address!.Value];
        string both = Path.Combine(others.Folder, "both.crt");
        await File.WriteAllTextAsync(both, $"{await File.ReadAllTextAsync(ours.Authority)}\n{await File.ReadAllTextAsync(others.Authority)}");
        await using (var plain = ClusterClient.Create(new ClientOptions(contacts))) await RefusedAsync(plain, "this client has none");
        await using (var wrong = ClusterClient.Create(new ClientOptions(contacts, others.Client("stranger", "submit"))))
            await RefusedAsync(wrong, "was not signed by the authority");
        await using (var strange = ClusterClient.Create(new ClientOptions(contacts, others.Client("strange", "submit") with { Authority = both })))
            await RefusedAsync(strange, "is not accepted there");
        Assert.Equal("it has shown no certificate of this cluster", (await node.Events.NextAsync<PeerRefused>()).Reason);

        await using var open = new TestCluster();
        var without = await open.StartAsync(NodeRoles.Coordinator);
        await using var secured = ClusterClient.Create(new ClientOptions([without.Node.Address!.Value], ours.Client("ann", "follow")));
        await RefusedAsync(secured, "no TLS is spoken there");
    }

    [Fact]
    public async Task Nobody_answers_where_nobody_is()
    {
        await using var client = ClusterClient.Create(new ClientOptions([new HostAndPort("127.0.0.1", 1)]));

        Assert.Null(await client.AskAsync<ClusterStatus>(new GetStatus(), Impatience));
    }

    [Fact]
    public async Task With_certificates_a_cluster_forms_and_answers_none_but_those_of_its_authority()
    {
        using Certificates ours = new(), others = new();
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator, options => options.Tls = ours.Node("first"));
        var second = await cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => options.Tls = ours.Node("second"));
        await second.Events.NextAsync<ClusterJoined>();
        var stranger = await cluster.StartAsync(NodeRoles.Worker, options => options.Tls = others.Node("stranger"));
        HostAndPort[] contacts = [second.Node.Address!.Value];
        await using var member = ClusterClient.Create(new ClientOptions(contacts, ours.Node("client")));
        await using var plain = ClusterClient.Create(new ClientOptions(contacts));
        await using var wrong = ClusterClient.Create(new ClientOptions(contacts, others.Node("client")));

        Assert.Equal(first.Name, (await member.AskAsync<ClusterStatus>(new GetStatus(), Patience))!.Coordinator);
        await RefusedAsync(plain, "certificates are asked for, and this client has none");
        await RefusedAsync(wrong, "the certificate that is shown there was not signed by the authority");
        Assert.Equal(first.Name, (await member.AskAsync<ClusterStatus>(new GetStatus(), Patience))!.Coordinator);
        Assert.True((await stranger.Events.NextAsync<NodeEvent>(happened => happened is JoinPending or NodeNotLetIn)).IsWarning);
        Assert.Equal(2, Akka.Cluster.Cluster.Get(first.Node.System!).State.Members.Count);
    }
}
