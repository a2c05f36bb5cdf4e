using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;
using RnnActors.Training.Hosting;
using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

/// <summary>Nodes that are cut off or end without a word. A cut is made within the nodes' transports.</summary>
public class RejoinSpecs
{
    [Fact]
    public async Task Workers_that_are_cut_off_from_the_only_candidate_stop_and_join_again_when_they_are_let()
    {
        await using var cluster = new TestCluster();
        var coordinator = await cluster.StartAsync(NodeRoles.Coordinator, Cuttable);
        var worker = await cluster.StartAsync(NodeRoles.Worker, Cuttable);
        await coordinator.Events.NextAsync<MemberJoined>();
        string name = worker.Name;

        await CutAsync(coordinator, worker);

        Assert.Equal(name, (await coordinator.Events.NextAsync<MemberLost>()).Address);
        Assert.Contains(coordinator.Name, (await worker.Events.NextAsync<NodeRejoining>()).Contacts, StringComparison.Ordinal);
        await HealAsync(coordinator);
        await worker.Events.NextAsync<ClusterJoined>();
        Assert.Equal("worker", (await coordinator.Events.NextAsync<MemberJoined>()).Roles);
    }

    [Fact]
    public async Task The_coordinator_gives_way_where_the_workers_are_with_the_other_candidate()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator, Cuttable);
        var second = await cluster.StartAsync(NodeRoles.Coordinator, Cuttable);
        var worker = await cluster.StartAsync(NodeRoles.Worker, Cuttable);
        await worker.Events.NextAsync<ClusterJoined>();
        await first.Events.NextAsync<MemberJoined>(joined => joined.Roles == "worker");

        await CutAsync(first, second, worker);

        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);
        Assert.Equal(second.Name, (await worker.Events.NextAsync<CoordinatorChanged>(changed => changed.Address == second.Name)).Address);
        await first.Events.NextAsync<NodeRejoining>();
        await HealAsync(second, worker);
        Assert.Equal(second.Name, (await first.Events.NextAsync<CoordinatorChanged>(changed => changed.Address is not null)).Address);
    }

    [Fact]
    public async Task A_coordinator_whose_process_is_proven_gone_is_replaced_by_one_that_alone_could_not_decide()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var second = await cluster.StartAsync(NodeRoles.Coordinator);
        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.Address == first.Name);
        await first.Events.NextAsync<MemberJoined>();
        string name = first.Name;
        var address = Akka.Cluster.Cluster.Get(first.Node.System!).SelfAddress;

        await first.Node.DisposeAsync();
        second.Node.System!.ActorSelection(ClusterPaths.User(ClusterPaths.ProofOfDeath)).Tell(new ProofOfDeath.ChannelBroke(address));

        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);
        Assert.Equal(name, (await second.Events.NextAsync<MemberLost>()).Address);
    }

    [Fact]
    public async Task The_node_that_formed_the_cluster_finds_it_again_after_a_crash()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var second = await cluster.StartAsync(NodeRoles.Coordinator);
        await first.Events.NextAsync<MemberJoined>();
        await second.Events.NextAsync<CoordinatorChanged>();
        string folder = first.Options.DataDirectory!;
        var address = Akka.Cluster.Cluster.Get(first.Node.System!).SelfAddress;
        await first.Node.DisposeAsync();
        second.Node.System!.ActorSelection(ClusterPaths.User(ClusterPaths.ProofOfDeath)).Tell(new ProofOfDeath.ChannelBroke(address));
        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);

        var again = await cluster.StartAsync(NodeRoles.Coordinator, options => (options.DataDirectory, options.Join) = (folder, []));

        Assert.Equal(2, (await again.Events.NextAsync<ClusterJoined>()).Members);
        Assert.Equal(second.Name, (await again.Events.NextAsync<CoordinatorChanged>()).Address);
    }

    /// <summary>A busy machine sees the two halves of a cut seconds apart: a decision must not fall between.</summary>
    private static void Cuttable(NodeOptions options)
    {
        options.DownAfter = TimeSpan.FromSeconds(4);
        options.Akka = """akka.remote.dot-netty.tcp.applied-adapters = ["trttl"]""";
    }

    /// <summary>Nothing passes between the first node and the others, in neither direction.</summary>
    private static async Task CutAsync(TestNode node, params TestNode[] others)
    {
        foreach (var other in others)
        {
            await ThrottleAsync(node, other, Blackhole.Instance);
            await ThrottleAsync(other, node, Blackhole.Instance);
        }
    }

    /// <summary>The nodes hear everyone again. Those that were cut off have begun anew, with nothing between.</summary>
    private static async Task HealAsync(params TestNode[] nodes)
    {
        foreach (var node in nodes)
            foreach (var (system, address) in node.Cuts) await Transport(system).ManagementCommand(new SetThrottle(address, ThrottleTransportAdapter.Direction.Both, Unthrottled.Instance));
    }

    private static async Task ThrottleAsync(TestNode node, TestNode other, ThrottleMode mode)
    {
        var address = Akka.Cluster.Cluster.Get(other.Node.System!).SelfAddress;
        node.Cuts.Add((node.Node.System!, address));
        Assert.True(await Transport(node.Node.System!).ManagementCommand(new SetThrottle(address, ThrottleTransportAdapter.Direction.Both, mode)));
    }

    private static RemoteTransport Transport(ActorSystem system) => ((IRemoteActorRefProvider)((ExtendedActorSystem)system).Provider).Transport;
}
