using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Training;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

/// <summary>Nodes of one cluster, each in a host of its own in this process, on ports that are free.</summary>
/// <param name="actors">What the nodes run; null for a coordinator that says where it is.</param>
internal sealed class TestCluster(NodeActors? actors = null) : IAsyncDisposable
{
    /// <summary>No test waits for it to pass: a busy machine takes long for what usually takes a moment.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private static readonly ConcurrentBag<WeakReference<RnnActorsNode>> Started = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly List<TestNode> _nodes = [];

    /// <summary>The nodes of this process that tests have started and whose actor systems still run.</summary>
    public static IEnumerable<string> Running =>
        Started.Select(node => node.TryGetTarget(out var alive) && alive.System is { WhenTerminated.IsCompleted: false } ? alive.Address?.ToString() : null)
            .OfType<string>();

    /// <summary>A client that waits for a busy machine.</summary>
    public static ClusterClient Patiently(ClusterClient client)
    {
        client.Patience = Patience;
        return client;
    }

    /// <summary>Starts a node that joins by the nodes that are there.</summary>
    /// <param name="own">What it runs in place of what the others run; null for the same.</param>
    public async Task<TestNode> StartAsync(NodeRoles role, Action<NodeOptions>? configure = null, NodeActors? own = null)
    {
        var view = new Events();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<INodeView>(view);
        var time = new ManualTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        string folder = Path.Combine(_folder, $"{_nodes.Count}");
        HostAndPort[] join = [.. _nodes.Where(node => node.Node.Address is not null).Select(node => node.Node.Address!.Value)];
        builder.Services.AddRnnActorsTraining(own ?? actors ?? new NodeActors(context => Props.Create(() => new Echo(context)), null), options =>
        {
            (options.Role, options.Port, options.DataDirectory, options.Join) = (role, 0, folder, join);
            (options.SuspectAfter, options.DownAfter) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
            configure?.Invoke(options);
        });
        var host = builder.Build();
        var started = new TestNode(host, host.Services.GetRequiredService<RnnActorsNode>(), view, host.Services.GetRequiredService<NodeOptions>(), time);
        _nodes.Add(started);
        Started.Add(new WeakReference<RnnActorsNode>(started.Node));
        await host.StartAsync();
        return started;
    }

    /// <summary>Waits until every node has all of them as members that are up: what one of them knows, another hears a moment later.</summary>
    public async Task JoinedAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        foreach (var node in _nodes)
        {
            while (node.Node.System is not { } system || Akka.Cluster.Cluster.Get(system).State.Members.Count(member =>
                member.Status == Akka.Cluster.MemberStatus.Up) < _nodes.Count) await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Waits until so many nodes with workers are ready for a run.</summary>
    public static Task ReadyAsync(TestNode coordinator, int nodes) =>
        AwaitStatusAsync(coordinator, status => status.Nodes.Count(node => node.Node.Workers > 0 && node.State == "ready") >= nodes);

    /// <summary>Waits until these nodes are registered and connected: candidates among them may have copies.</summary>
    public static Task ReadyAsync(TestNode coordinator, params TestNode[] nodes) => AwaitStatusAsync(
        coordinator, status => nodes.All(one => status.Nodes.Any(node => node.Node.Name == one.Name && node.State == "ready")), nodes[0].Options.Tls);

    private static async Task AwaitStatusAsync(TestNode coordinator, Predicate<ClusterStatus> isWanted, TlsOptions? tls = null)
    {
        await using var client = ClusterClient.Create(new ClientOptions([coordinator.Node.Address!.Value], tls));
        using var limit = new CancellationTokenSource(Patience);
        while (await client.AskAsync<ClusterStatus>(new GetStatus(), Patience, limit.Token) is not { } status || !isWanted(status))
            await Task.Delay(20, limit.Token);
    }

    /// <summary>The result of a run, or what was told of it where there is none for long.</summary>
    public async Task<T> EndAsync<T>(Task<T> training, IEnumerable<TrainingEvent> told)
    {
        try
        {
            return await training.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The run has not ended, and told {string.Join("; ", told.ToArray().TakeLast(50))}; the nodes told {Told()}");
        }
    }

    /// <summary>What each node told, for the report of a test that waits in vain.</summary>
    public string Told() => string.Join("; ", _nodes.Select((node, i) => $"node {i}: {string.Join(", ", node.Events.Told.Select(happened => happened.Text))}"));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.Node.DisposeAsync().AsTask()));
        foreach (var node in _nodes) node.Host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What a node told, in its order.</summary>
    internal sealed class Events : INodeView
    {
        private readonly Channel<NodeEvent> _all = Channel.CreateUnbounded<NodeEvent>();

        /// <summary>All that was told so far.</summary>
        public ConcurrentQueue<NodeEvent> Told { get; } = [];

        public void Happened(NodeEvent happened)
        {
            Told.Enqueue(happened);
            _all.Writer.TryWrite(happened);
        }

        /// <summary>The next event of this kind; those before it are taken with it. It holds no thread of the pool, which the nodes live on.</summary>
        public async Task<T> NextAsync<T>(Predicate<T>? isWanted = null)
            where T : NodeEvent
        {
            List<NodeEvent> passed = [];
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                while (true)
                {
                    var happened = await _all.Reader.ReadAsync(limit.Token);
                    if (happened is T wanted && isWanted?.Invoke(wanted) != false) return wanted;
                    passed.Add(happened);
                }
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"No {typeof(T).Name} came, but {string.Join("; ", passed.Select(one => one.Text))}");
                throw;
            }
        }
    }

    /// <summary>A coordinator that says where it is.</summary>
    private sealed class Echo : ReceiveActor
    {
        public Echo(NodeContext node) => Receive<GetStatus>(_ => Sender.Tell(new ClusterStatus(node.Address.ToString(), 1, [], [], [], 0, 0)));
    }
}

/// <param name="Time">By which the node notices that it stood still: it stands, whatever the machine of the tests is busy with.</param>
internal sealed record TestNode(IHost Host, RnnActorsNode Node, TestCluster.Events Events, NodeOptions Options, ManualTime Time)
{
    /// <summary>What the transports of this node let nothing through to.</summary>
    public List<(ActorSystem System, Address Other)> Cuts { get; } = [];

    public string Name => Node.Address!.Value.ToString();
}
