using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Hosting;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

/// <summary>A node is asked by another name than the one that it was given.</summary>
public class NameSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Impatience = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData("node.test", "127.0.0.1")]
    [InlineData("node.test", "localhost")]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("localhost", "127.0.0.1")]
    public async Task A_node_answers_to_the_address_that_it_listens_on(string publicHost, string asked)
    {
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator, options => options.PublicHost = publicHost);
        await using var client = ClusterClient.Create(new ClientOptions([new HostAndPort(asked, node.Node.Address!.Value.Port)]));

        var status = await client.AskAsync<ClusterStatus>(new GetStatus(), Patience);

        Assert.Equal(node.Name, status!.Coordinator);
    }

    [Fact]
    public async Task By_a_forwarded_port_a_client_learns_the_name_and_asks_by_that_and_the_node_says_what_it_refused()
    {
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator);
        using var forwarded = new ForwardedPort(node.Node.Address);
        await using var client = ClusterClient.Create(new ClientOptions([forwarded.Address]));

        Assert.Equal(node.Name, (await client.AskAsync<ClusterStatus>(new GetStatus(), Patience))!.Coordinator);
        Assert.Contains($"goes by the name {node.Name}", Assert.Single(client.Renamed), StringComparison.Ordinal);
        var refused = await node.Events.NextAsync<NameRefused>();
        Assert.Equal((forwarded.Address.ToString(), true), (refused.Name, refused.Own.Contains(node.Name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_name_that_cannot_be_reached_is_answered_to_if_the_node_was_given_it()
    {
        await using var cluster = new TestCluster();
        using ForwardedPort known = new(), unknown = new();
        var node = await cluster.StartAsync(NodeRoles.Coordinator, options => (options.PublicHost, options.AlsoKnownAs) = ("node.invalid", [known.Address]));
        known.Target = unknown.Target = node.Node.Address!.Value with { Host = "127.0.0.1" };
        await using ClusterClient welcome = ClusterClient.Create(new ClientOptions([known.Address])),
            refused = ClusterClient.Create(new ClientOptions([unknown.Address]));

        Assert.Equal(node.Name, (await welcome.AskAsync<ClusterStatus>(new GetStatus(), Patience))!.Coordinator);
        Assert.Null(await refused.AskAsync<ClusterStatus>(new GetStatus(), Impatience));
        for (int again = 0; refused.Renamed.Count == 0 && again < 15; again++) Assert.Null(await refused.AskAsync<ClusterStatus>(new GetStatus(), Impatience));
        Assert.Contains($"--also-known-as {unknown.Address}", Assert.Single(refused.Renamed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_joins_by_a_name_that_the_other_does_not_go_by()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        using var forwarded = new ForwardedPort(first.Node.Address);
        var worker = await cluster.StartAsync(NodeRoles.Worker, options => options.Join = [forwarded.Address]);

        Assert.Equal(2, (await worker.Events.NextAsync<ClusterJoined>()).Members);
    }

    [Fact]
    public async Task With_certificates_a_node_is_asked_its_name_and_answers_to_those_of_its_certificate()
    {
        using Certificates ours = new(), others = new();
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator, options => (options.PublicHost, options.Tls) = ("node.test", ours.Node("node")));
        var address = node.Node.Address!.Value with { Host = "127.0.0.1" };

        Assert.Equal(node.Node.Address, await NameOfAsync(address, ours.Node("client").Load()));
        Assert.Null(await NameProbe.AskAsync(address, others.Node("stranger").Load(), default));
        Assert.Null(await NameProbe.AskAsync(address, null, default));
        Assert.Contains(address, OwnNames.Of(node.Node.Address!.Value, "10.0.0.1", ours.Node("node").Load(), []));
    }

    /// <summary>On a busy machine one question may run out of time; who joins asks again too.</summary>
    private static async Task<HostAndPort?> NameOfAsync(HostAndPort contact, TlsCredentials? credentials)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!limit.IsCancellationRequested)
            if (await NameProbe.AskAsync(contact, credentials, limit.Token) is { } name) return name;
        return null;
    }
}
