using Akka.Actor;
using Akka.Event;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Client;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Client;
using RnnActors.Training.Tests.Hosting;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.ActorSystems;

/// <summary>Programs that somebody has written by himself, with a certificate of the cluster's authority.</summary>
public sealed class RoleGateSpecs : ClusterSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Certificates _certificates = new();
    private readonly List<ActorSystem> _programs = [];

    public override async Task DisposeAsync()
    {
        foreach (var program in _programs) await program.Terminate();
        await base.DisposeAsync();
        _certificates.Dispose();
    }

    /// <summary>Whatever name such a program gives itself, and whatever actor it speaks to.</summary>
    [Theory]
    [InlineData("follow", "rnnactors-client", "/user/coordinator/singleton", "speaks to /user/coordinator/singleton")]
    [InlineData("administer", "rnnactors", "/user/coordinator/singleton", "acts as the node 127.0.0.1:")]
    [InlineData("nonsense", "other", "/system/cluster/core/daemon", "speaks to /system/cluster/core/daemon")]
    public async Task A_clients_certificate_registers_no_node(string role, string system, string path, string problem)
    {
        var node = await StartAsync();
        var intruder = Program(system, _certificates.Client("intruder", role));
        intruder.ActorSelection(PathOf(node, path)).Tell(Registration());
        var refused = await node.Events.NextAsync<PeerRefused>();
        Assert.Contains($"the certificate of CN=intruder is a client's (role {role}), and it {problem}", refused.Reason, StringComparison.Ordinal);
        await using var client = ClusterClient.Create(new ClientOptions([node.Node.Address!.Value], _certificates.Client("seer", "follow")));
        var nodes = (await client.StatusAsync()).Nodes;
        while (nodes.All(one => one.State == NodeStatus.Refused)) nodes = (await client.StatusAsync()).Nodes; // the node itself may come after the intruder
        Assert.Equal(node.Name, Assert.Single(nodes, one => one.State != NodeStatus.Refused).Node.Name);
        Assert.Contains(problem, Assert.Single(nodes, one => one.State == NodeStatus.Refused).Reason!, StringComparison.Ordinal);
    }

    /// <summary>The program's author reads it in its log: Akka's protocol has that one word, and Akka writes it at the level of debugging.</summary>
    [Fact]
    public async Task Who_acts_as_a_node_by_a_clients_certificate_is_told_that_it_is_quarantined()
    {
        var node = await StartAsync();
        var intruder = Program("rnnactors", _certificates.Client("intruder", "administer"));
        var told = new TaskCompletionSource<string>();
        Action<LogEvent> hear = line =>
        {
            if ($"{line}".Contains("Quarantined", StringComparison.Ordinal)) told.TrySetResult($"{line}");
        };
        intruder.EventStream.Subscribe(intruder.ActorOf(Props.Create(() => new Ear<LogEvent>(hear))), typeof(LogEvent));
        intruder.EventStream.SetLogLevel(LogLevel.DebugLevel);
        intruder.ActorSelection(PathOf(node, "/user/coordinator/singleton")).Tell(Registration());
        Assert.Contains(node.Name, await told.Task.WaitAsync(Patience), StringComparison.Ordinal);
    }

    /// <summary>References are not selections: untrusted remoting lets them through to any actor.</summary>
    [Fact]
    public async Task A_clients_certificate_speaks_for_no_coordinator()
    {
        var node = await StartAsync();
        var intruder = Program("rnnactors-client", _certificates.Client("intruder", "submit"));
        var actor = ((ExtendedActorSystem)intruder).Provider.ResolveActorRef(PathOf(node, "/user/node"));
        actor.Tell(new NodeRefused("made up", Epoch: 1_000_000));
        Assert.Contains("and it speaks to /user/node", (await node.Events.NextAsync<PeerRefused>()).Reason, StringComparison.Ordinal);
        Assert.Equal(1, new RnnActors.Training.Storage.NodeDirectory(node.Options.EffectiveDataDirectory).ReadEpoch());
    }

    [Fact]
    public async Task Nobody_listens_to_whom_only_has_a_clients_certificate()
    {
        var liar = Program("rnnactors", _certificates.Client("liar", "administer"));
        var asker = Program("rnnactors-client", _certificates.Node("node", "node"));
        var refused = new TaskCompletionSource<ClientRefused>();
        Action<ClientRefused> hear = one => refused.TrySetResult(one);
        asker.EventStream.Subscribe(asker.ActorOf(Props.Create(() => new Ear<ClientRefused>(hear))), typeof(ClientRefused));
        asker.ActorSelection($"{AddressOf(liar)}/user/receptionist").Tell(new GetStatus());
        Assert.EndsWith("and it listens like a node", (await refused.Task.WaitAsync(Patience)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node")]
    [InlineData(null)]
    public async Task A_certificate_of_the_role_node_or_without_one_registers(string? role)
    {
        var node = await StartAsync();
        var other = Program("rnnactors-client", role is null ? _certificates.Node("other") : _certificates.Node("other", role));
        var coordinator = other.ActorSelection(PathOf(node, "/user/coordinator/singleton"));
        var answer = await coordinator.Ask<object>(Registration(), Patience);
        Assert.NotNull(Assert.IsType<NodeAccepted>(answer).Channel);
    }

    private static RegisterNode Registration() => new(
        new NodeDescription("id", "10.0.0.9:4053", false, 1, 0, 256, "1.0.0", 0, Proof: ArithmeticProof.OfThisProcess, Build: ArithmeticProof.Build));

    private async Task<TestNode> StartAsync()
    {
        var node = await Cluster.StartAsync(NodeRoles.Coordinator, options => options.Tls = _certificates.Node("first", "node"));
        await node.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);
        await using var client = ClusterClient.Create(new ClientOptions([node.Node.Address!.Value], _certificates.Node("ready", "node")));
        await client.StatusAsync();
        return node;
    }

    private ActorSystem Program(string name, TlsOptions certificate)
    {
        var setup = BootstrapSetup.Create().WithConfig(ActorSystemConfiguration.Client("127.0.0.1", isSecure: true))
            .And(ActorSystemConfiguration.Secure(certificate.Load()));
        var program = ActorSystem.Create(name, setup);
        _programs.Add(program);
        return program;
    }

    private static string PathOf(TestNode node, string path) => $"akka.ssl.tcp://{ClusterPaths.System}@{node.Name}{path}";

    private static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    private sealed class Ear<T> : ReceiveActor
    {
        public Ear(Action<T> hear) => Receive(hear);
    }
}
