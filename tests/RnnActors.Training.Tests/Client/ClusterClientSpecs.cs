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
        Assert.Null(await plain.AskAsync<ClusterStatus>(new GetStatus(), Impatience));
        Assert.Null(await wrong.AskAsync<ClusterStatus>(new GetStatus(), Impatience));
        Assert.Equal(first.Name, (await member.AskAsync<ClusterStatus>(new GetStatus(), Patience))!.Coordinator);
        Assert.True((await stranger.Events.NextAsync<NodeEvent>(happened => happened is JoinPending or NodeNotLetIn)).IsWarning);
        Assert.Equal(2, Akka.Cluster.Cluster.Get(first.Node.System!).State.Members.Count);
    }
}
