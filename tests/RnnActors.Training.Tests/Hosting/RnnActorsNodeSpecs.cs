using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RnnActors.Core.Problems;
using RnnActors.Training.Hosting;
using RnnActors.Training.Tests.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

public class RnnActorsNodeSpecs
{
    [Fact]
    public async Task A_node_that_joins_nobody_forms_a_cluster_and_is_its_coordinator()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);

        Assert.Equal(1, (await first.Events.NextAsync<ClusterJoined>()).Members);
        Assert.True((await first.Events.NextAsync<CoordinatorChanged>()).IsHere);
    }

    [Fact]
    public async Task A_worker_that_is_alone_says_that_there_is_no_coordinator()
    {
        await using var cluster = new TestCluster();
        var worker = await cluster.StartAsync(NodeRoles.Worker);

        Assert.Null((await worker.Events.NextAsync<CoordinatorChanged>()).Address);
    }

    [Fact]
    public async Task Others_join_and_know_the_coordinator_and_leave_in_order()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var worker = await cluster.StartAsync(NodeRoles.Worker);

        Assert.Equal(2, (await worker.Events.NextAsync<ClusterJoined>()).Members);
        Assert.Equal(first.Name, (await worker.Events.NextAsync<CoordinatorChanged>()).Address);
        Assert.Equal("worker", (await first.Events.NextAsync<MemberJoined>()).Roles);
        string name = worker.Name;

        await worker.Host.StopAsync();

        await worker.Events.NextAsync<NodeLeft>();
        Assert.Equal(name, (await first.Events.NextAsync<MemberLeft>()).Address);
    }

    [Fact]
    public async Task The_coordinator_moves_to_the_other_candidate_when_its_node_leaves()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var second = await cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker);
        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.Address == first.Name);

        await first.Host.StopAsync();

        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);
    }

    [Fact]
    public async Task A_node_is_healthy_when_it_has_joined_and_hears_its_coordinator()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        await first.Events.NextAsync<CoordinatorChanged>();

        var report = await first.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(3, report.Entries.Count);
        Assert.Equal(HealthStatus.Healthy, report.Status);
    }

    [Fact]
    public async Task A_node_whose_contacts_do_not_answer_says_so_and_is_alive_but_not_ready()
    {
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Worker, options => options.Join = [new HostAndPort("127.0.0.1", 1)]);

        Assert.Equal("127.0.0.1:1", (await node.Events.NextAsync<JoinPending>()).Contacts);
        var health = node.Host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(check => check.Tags.Contains("live"))).Status);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(check => check.Tags.Contains("ready"))).Status);
    }

    [Fact]
    public async Task Whoever_comes_without_a_certificate_of_the_cluster_is_told_of_in_one_line()
    {
        using var certificates = new Certificates();
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator, options => options.Tls = certificates.Node("node"));
        for (int i = 0; i < 5; i++) await KnockAsync();

        var refused = await node.Events.NextAsync<PeerRefused>();

        Assert.Equal("127.0.0.1 was turned away: it has shown no certificate of this cluster", refused.Text);
        var ended = node.Node.System!.WhenTerminated;
        await node.Host.StopAsync();
        await ended;
        Assert.Single(node.Events.Told.OfType<PeerRefused>());

        async Task KnockAsync()
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", node.Node.Address!.Value.Port);
            await client.GetStream().WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
            Assert.InRange(await client.GetStream().ReadAsync(new byte[100]), 0, 100); // an alert, or the end
        }
    }

    [Fact]
    public async Task What_a_node_logs_when_its_loggers_have_ended_reaches_no_console()
    {
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator);
        var system = node.Node.System!;
        var ended = system.WhenTerminated;
        await node.Host.StopAsync();
        await ended;
        var before = Console.Out;
        var shown = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(shown));
        try
        {
            system.EventStream.Publish(new Akka.Event.Error(null, "test", typeof(RnnActorsNodeSpecs), "said too late"));
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.DoesNotContain("said too late", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_refused()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        int port = first.Node.Address!.Value.Port;

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.StartAsync(NodeRoles.Worker, options => options.Port = port));

        Assert.Contains($"port {port} of 127.0.0.1 is taken", error.Message, StringComparison.Ordinal);
    }
}
