using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Client;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
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
        await cluster.JoinedAsync();
        await coordinator.Events.NextAsync<MemberJoined>();
        await worker.Events.NextAsync<ClusterJoined>();
        string name = worker.Name;

        await CutAsync(coordinator, worker);

        Assert.Equal(name, (await coordinator.Events.NextAsync<MemberLost>()).Address);
        var rejoining = await worker.Events.NextAsync<NodeRejoining>();
        Assert.Contains(coordinator.Name, rejoining.Contacts, StringComparison.Ordinal);
        Assert.Equal($"No coordinator is left: {coordinator.Name} cannot be reached", rejoining.Reason);
        await HealAsync(coordinator);
        await worker.Events.NextAsync<ClusterJoined>();
        Assert.Equal("worker", (await coordinator.Events.NextAsync<MemberJoined>()).Roles);
    }

    /// <summary>It was told that the cluster had taken it out, and took itself for one that may form another.</summary>
    [Fact]
    public async Task A_worker_that_was_never_let_in_is_not_told_that_it_was_taken_out()
    {
        await using var cluster = new TestCluster();
        // Both know it: the one with the lower address lets members in.
        static void WaitsForAnother(NodeOptions options) => options.Akka = "akka.cluster.role.worker.min-nr-of-members = 2";
        var coordinator = await cluster.StartAsync(NodeRoles.Coordinator, WaitsForAnother);
        var worker = await cluster.StartAsync(NodeRoles.Worker, WaitsForAnother);
        var members = Akka.Cluster.Cluster.Get(coordinator.Node.System!);
        var joining = await SeenAsync(members, member => member.HasRole("worker"));
        Assert.Equal(Akka.Cluster.MemberStatus.Joining, joining.Status);
        members.Down(joining.Address);
        Assert.Contains(coordinator.Name, (await worker.Events.NextAsync<NodeNotLetIn>()).Contacts, StringComparison.Ordinal);
        await SeenAsync(members, member => member.HasRole("worker") && member.UniqueAddress != joining.UniqueAddress);
        Assert.Empty(worker.Events.Told.OfType<NodeRejoining>());
    }

    /// <summary>Members ignore gossip of a node that they do not know, so it waited for ever.</summary>
    [Fact]
    public async Task A_node_whose_member_died_before_it_told_the_others_asks_again()
    {
        static void Patient(NodeOptions options)
        {
            Cuttable(options);
            options.DownAfter = TimeSpan.FromHours(1); // the cut alone puts nobody out
        }

        await using var cluster = new TestCluster();
        var coordinator = await cluster.StartAsync(NodeRoles.Coordinator, Patient);
        var dying = await cluster.StartAsync(NodeRoles.Worker, Patient);
        await cluster.JoinedAsync();
        await coordinator.Events.NextAsync<MemberJoined>();
        int port = FreePort();
        var address = Akka.Cluster.Cluster.Get(dying.Node.System!).SelfAddress.WithPort(port);
        await ThrottleAsync(coordinator, address, Blackhole.Instance);
        await CutAsync(coordinator, dying);

        var worker = await cluster.StartAsync(NodeRoles.Worker, options =>
        {
            Cuttable(options);
            (options.Port, options.ChannelPort) = (port, 0);
        });
        await SeenAsync(Akka.Cluster.Cluster.Get(worker.Node.System!), member => member.Address == address);
        await dying.Node.DisposeAsync();
        await HealAsync(coordinator);

        Assert.Contains(coordinator.Name, (await worker.Events.NextAsync<NodeNotLetIn>()).Contacts, StringComparison.Ordinal);
        await coordinator.Events.NextAsync<MemberJoined>(joined => joined.Address == worker.Name);
    }

    private static async Task<Akka.Cluster.Member> SeenAsync(Akka.Cluster.Cluster cluster, Func<Akka.Cluster.Member, bool> isWanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (cluster.State.Members.FirstOrDefault(isWanted) is { } seen) return seen;
            await Task.Delay(20, limit.Token);
        }
    }

    [Fact]
    public async Task The_coordinator_gives_way_where_the_workers_are_with_the_other_candidate()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator, Cuttable);
        var second = await cluster.StartAsync(NodeRoles.Coordinator, Cuttable);
        var worker = await cluster.StartAsync(NodeRoles.Worker, Cuttable);
        await cluster.JoinedAsync();
        await worker.Events.NextAsync<ClusterJoined>();
        await first.Events.NextAsync<MemberJoined>(joined => joined.Roles == "worker");

        await CutAsync(first, second, worker);

        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);
        Assert.Equal(second.Name, (await worker.Events.NextAsync<CoordinatorChanged>(changed => changed.Address == second.Name)).Address);
        Assert.Equal("The others go on without this node, which reaches 1 of 3 members, itself included",
            (await first.Events.NextAsync<NodeRejoining>()).Reason);
        await HealAsync(second, worker);
        Assert.Equal(second.Name, (await first.Events.NextAsync<CoordinatorChanged>(changed => changed.Address is not null)).Address);
    }

    [Fact]
    public async Task A_node_that_stood_still_says_so_when_the_others_go_on_without_it()
    {
        await using var cluster = new TestCluster();
        var coordinator = await cluster.StartAsync(NodeRoles.Coordinator, Cuttable);
        var worker = await cluster.StartAsync(NodeRoles.Worker, Cuttable);
        await cluster.JoinedAsync();
        await coordinator.Events.NextAsync<MemberJoined>();
        await worker.Events.NextAsync<ClusterJoined>();

        worker.Time.Advance(TimeSpan.FromSeconds(8));
        await CutAsync(coordinator, worker);

        Assert.Equal("This process stood still for 8 s, and the cluster went on without it", (await worker.Events.NextAsync<NodeRejoining>()).Reason);
    }

    [Fact]
    public async Task A_node_that_stood_still_puts_out_nobody_for_a_while()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator, options =>
        {
            Cuttable(options);
            options.DownAfter = TimeSpan.FromHours(1); // its port is open to the end: only the cut speaks against it
        });
        var second = await cluster.StartAsync(NodeRoles.Coordinator, Cuttable);
        var worker = await cluster.StartAsync(NodeRoles.Worker, Cuttable);
        await cluster.JoinedAsync(); // those that are only joining decide nothing
        await worker.Events.NextAsync<ClusterJoined>();
        TestNode[] others = [second, worker];
        foreach (var other in others) await other.Events.NextAsync<CoordinatorChanged>(changed => changed.Address == first.Name);
        await first.Events.NextAsync<MemberJoined>(joined => joined.Roles == "worker");

        foreach (var other in others) other.Time.Advance(TimeSpan.FromSeconds(8));
        await CutAsync(first, others);
        foreach (var other in others) await other.Events.NextAsync<MemberSuspected>(suspected => suspected.Address == first.Name);
        await Task.Delay(1.5 * second.Options.DownAfter); // in which those that may decide do

        Assert.Empty(others.SelectMany(other => other.Events.Told).OfType<MemberLost>());
        var takesOver = second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);
        while (!takesOver.IsCompleted)
        {
            foreach (var other in others) other.Time.Advance(TimeSpan.FromSeconds(1)); // in one stride it would be another pause
            await Task.WhenAny(takesOver, Task.Delay(TimeSpan.FromSeconds(1)));
        }

        await takesOver;
    }

    [Fact]
    public async Task A_coordinator_whose_process_is_proven_gone_is_replaced_by_one_that_alone_could_not_decide()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var second = await cluster.StartAsync(NodeRoles.Coordinator);
        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.Address == first.Name);
        await cluster.JoinedAsync();
        string name = first.Name;
        var address = Akka.Cluster.Cluster.Get(first.Node.System!).SelfAddress;
        var members = new ClusterMembership(Akka.Cluster.Cluster.Get(second.Node.System!));
        Assert.Equal([address], members.Others);
        Assert.Equal(address, members.ReplaceableCoordinator);

        await first.Node.DisposeAsync();
        second.Node.System!.ActorSelection(ClusterPaths.User(ClusterPaths.CrashDetector)).Tell(new CrashDetector.ChannelBroke(address));

        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);
        Assert.Equal(name, (await second.Events.NextAsync<MemberLost>()).Address);
        Assert.Null(members.ReplaceableCoordinator);
    }

    [Fact]
    public async Task The_node_that_formed_the_cluster_finds_it_again_after_a_crash()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var second = await cluster.StartAsync(NodeRoles.Coordinator);
        await cluster.JoinedAsync();
        await second.Events.NextAsync<CoordinatorChanged>();
        string folder = first.Options.DataDirectory!;
        var address = Akka.Cluster.Cluster.Get(first.Node.System!).SelfAddress;
        await first.Node.DisposeAsync();
        second.Node.System!.ActorSelection(ClusterPaths.User(ClusterPaths.CrashDetector)).Tell(new CrashDetector.ChannelBroke(address));
        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);

        var again = await cluster.StartAsync(NodeRoles.Coordinator, options => (options.DataDirectory, options.Join) = (folder, []));

        Assert.Equal(2, (await again.Events.NextAsync<ClusterJoined>()).Members);
        Assert.Equal(second.Name, (await again.Events.NextAsync<CoordinatorChanged>()).Address);
    }

    [Fact]
    public async Task Nodes_that_all_lost_their_cluster_find_together_again()
    {
        await using var cluster = new TestCluster();
        var candidates = (await cluster.StartAsync(NodeRoles.Coordinator), await cluster.StartAsync(NodeRoles.Coordinator));
        await cluster.JoinedAsync();
        await candidates.Item2.Events.NextAsync<ClusterJoined>(); // so that it sees the third one come
        TestNode[] nodes = [candidates.Item1, candidates.Item2, await cluster.StartAsync(NodeRoles.Worker)];
        await nodes[2].Events.NextAsync<ClusterJoined>();
        foreach (var other in nodes[..2]) await other.Events.NextAsync<MemberJoined>(joined => joined.Roles == "worker");
        await cluster.JoinedAsync();
        string[] names = [.. nodes.Select(node => node.Name)];

        var first = Akka.Cluster.Cluster.Get(nodes[0].Node.System!);
        foreach (var node in nodes[1..]) first.Down(Akka.Cluster.Cluster.Get(node.Node.System!).SelfAddress);
        first.Down(first.SelfAddress);

        foreach (var node in nodes) Assert.Equal("The cluster has taken this node out", (await node.Events.NextAsync<NodeRejoining>()).Reason);
        var coordinators = await Task.WhenAll(nodes.Select(node => node.Events.NextAsync<CoordinatorChanged>(changed => changed.Address is not null)));
        Assert.Single(coordinators.Select(changed => changed.Address).Distinct());
        Assert.Equal(names, nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task Of_two_clusters_that_hear_of_each_other_one_is_made()
    {
        await using var cluster = new TestCluster();
        TestNode[] nodes = [await cluster.StartAsync(NodeRoles.Coordinator), await cluster.StartAsync(NodeRoles.Coordinator, options => options.Join = [])];
        foreach (var node in nodes) Assert.True((await node.Events.NextAsync<CoordinatorChanged>()).IsHere);

        await using var client = ClusterClient.Create(new ClientOptions([nodes[0].Node.Address!.Value]));
        var told = new AskStanding(new NodeStanding(nodes[1].Name, true, ClusterStanding.Member, true, 0, nodes[1].Name, 1));
        await client.AskAsync<NodeStanding>(told, TimeSpan.FromSeconds(20));

        var events = await Task.WhenAll(nodes.Select(node => node.Events.NextAsync<NodeEvent>(happened => happened is ClusterGivesWay or MemberJoined)));
        var gaveWay = Assert.Single(events.OfType<ClusterGivesWay>());
        Assert.Single(events.OfType<MemberJoined>());
        var loser = nodes[Array.IndexOf(events, gaveWay)];
        Assert.Equal($"This cluster has given way to that of {gaveWay.Coordinator}", (await loser.Events.NextAsync<NodeRejoining>()).Reason);
    }

    [Fact]
    public async Task A_coordinator_that_learns_from_one_of_its_members_that_it_was_replaced_makes_no_claim_and_begins_anew()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var second = await cluster.StartAsync(NodeRoles.Coordinator);
        await cluster.JoinedAsync();
        await first.Events.NextAsync<MemberJoined>();

        await using var client = ClusterClient.Create(new ClientOptions([first.Node.Address!.Value]));
        var told = new AskStanding(new NodeStanding(second.Name, true, ClusterStanding.Member, true, 7, second.Name, 1));
        var standing = await client.AskAsync<NodeStanding>(told, TimeSpan.FromSeconds(20));

        Assert.Equal((ClusterStanding.Searching, null, 0), (standing!.Standing, standing.Coordinator, standing.Members));
        Assert.Equal($"{second.Name} has gone on without this node, which was silent for too long", (await first.Events.NextAsync<NodeRejoining>()).Reason);
        Assert.Equal(second.Name, (await first.Events.NextAsync<CoordinatorChanged>(changed => changed.Address is not null)).Address);
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

    /// <summary>The nodes hear everyone again. A system that was cut off and has ended, or ends now, has nothing to heal: its node begins anew.</summary>
    private static async Task HealAsync(params TestNode[] nodes)
    {
        foreach (var node in nodes)
        {
            foreach (var (system, address) in node.Cuts)
            {
                try
                {
                    await Transport(system).ManagementCommand(new SetThrottle(address, ThrottleTransportAdapter.Direction.Both, Unthrottled.Instance));
                }
                catch (RemoteTransportException) when (CoordinatedShutdown.Get(system).ShutdownReason is not null)
                {
                }
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task ThrottleAsync(TestNode node, TestNode other, ThrottleMode mode) =>
        ThrottleAsync(node, Akka.Cluster.Cluster.Get(other.Node.System!).SelfAddress, mode);

    private static async Task ThrottleAsync(TestNode node, Address address, ThrottleMode mode)
    {
        node.Cuts.Add((node.Node.System!, address));
        Assert.True(await Transport(node.Node.System!).ManagementCommand(new SetThrottle(address, ThrottleTransportAdapter.Direction.Both, mode)));
    }

    private static RemoteTransport Transport(ActorSystem system) => ((IRemoteActorRefProvider)((ExtendedActorSystem)system).Provider).Transport;
}
