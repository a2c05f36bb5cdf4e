using Akka.Actor;
using Akka.Cluster;
using Akka.Hosting;
using Akka.Remote;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Hosting;

/// <summary>
/// One life of a node, from the start of its actor system to its end. A node that was removed from its cluster begins another life in the same process, so
/// each actor system has a host of its own inside the user's.
/// </summary>
internal sealed class NodeLife : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly HealthCheckService _health;

    private readonly NodeSetup _setup;

    private readonly NodeEnd _end;

    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Lazy<Task> _ended;

    private volatile bool _wasMember;

    private NodeLife(IHost host, NodeSetup setup, NodeEnd end)
    {
        (_host, _setup, _end) = (host, setup, end);
        System = host.Services.GetRequiredService<ActorSystem>();
        _ended = new Lazy<Task>(() => Task.WhenAny(System.WhenTerminated, _abandoned.Task));
        _health = host.Services.GetRequiredService<HealthCheckService>();
        Cluster.RegisterOnMemberUp(() => _wasMember = true);
    }

    public ActorSystem System { get; }

    /// <summary>Completes when the actor system has ended, or was abandoned.</summary>
    public Task Ended => _ended.Value;

    /// <summary>Whether the actor system did not end in time and was abandoned.</summary>
    public bool IsAbandoned => _abandoned.Task.IsCompleted;

    /// <summary>Whether a cluster has let the node in.</summary>
    public bool WasMember => _wasMember;

    /// <summary>Why it has ended.</summary>
    public string EndReason => _end.Reason;

    public Cluster Cluster => Cluster.Get(System);

    public HostAndPort Address => NodeSystem.AddressOf(System);

    public static async Task<NodeLife> StartAsync(NodeSetup setup, CancellationToken cancellation)
    {
        var end = new NodeEnd();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton(setup.Loggers);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = LeaveLimit(setup));
        builder.Services.AddHealthChecks();
        builder.Services.AddAkka(ClusterPaths.System, akka => NodeSystem.Configure(akka, setup, end));
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
            return new NodeLife(host, setup, end);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public NodeStanding Standing => NodeSystem.StandingOf(Cluster, _setup);

    /// <summary>The nodes of its cluster, this one among them.</summary>
    public IReadOnlyList<HostAndPort> Members => [.. Cluster.State.Members.Select(member => HostAndPort.Of(member.Address))];

    /// <summary>
    /// Whether the node is joining, and no reachable member has seen the same gossip. The member that let it in was then lost before it told the others, who
    /// ignore messages of unknown nodes.
    /// </summary>
    public bool IsStranger
    {
        get
        {
            var state = Cluster.State;
            var others = state.Members.Where(member => member.UniqueAddress != Cluster.SelfUniqueAddress).ToArray();
            return others.Length > 0 && Standing.Standing == ClusterStanding.Joining
                && !others.Any(member => state.SeenBy.Contains(member.Address) && !state.Unreachable.Contains(member));
        }
    }

    /// <summary>Asks these nodes repeatedly to be let in, in place of earlier ones.</summary>
    public void Join(IEnumerable<HostAndPort> others)
    {
        var own = Cluster.SelfAddress;
        Cluster.JoinSeedNodes(others.Select(other => other.Like(own)));
    }

    /// <summary>Begins a cluster with this node.</summary>
    public void Form() => Cluster.Join(Cluster.SelfAddress);

    /// <summary>Ends this node's cluster: all its nodes look for another one.</summary>
    /// <param name="other">The coordinator of the other cluster.</param>
    public void GiveWay(string other)
    {
        _end.Because($"This cluster has given way to that of {other}");
        foreach (var member in Cluster.State.Members.Where(member => member.UniqueAddress != Cluster.SelfUniqueAddress)) Cluster.Down(member.Address);
        Cluster.Down(Cluster.SelfAddress);
    }

    /// <summary>Whether the check of this tag passes.</summary>
    public async Task<HealthCheckResult> CheckAsync(string tag, CancellationToken cancellation)
    {
        var report = await _health.CheckHealthAsync(check => check.Tags.Contains(tag), cancellation).ConfigureAwait(false);
        var entry = report.Entries.Values.FirstOrDefault();
        return new HealthCheckResult(report.Status, entry.Description, entry.Exception);
    }

    /// <summary>Leaves the cluster in order: work is handed over, the singleton moves, the actor system ends.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            var leaving = _host.StopAsync(CancellationToken.None);
            await Task.WhenAny(leaving, _abandoned.Task).WaitAsync(LeaveLimit(_setup)).ConfigureAwait(false);
            if (leaving.IsCompleted) await leaving.ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // A node that has not left by now is ended without leaving.
        }

        await EndAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        if (IsAbandoned) _ = Task.Run(_host.Dispose);
        else _host.Dispose();
    }

    /// <summary>
    /// Ends the actor system. If it does not end in time it is abandoned: its transport and its timers are closed, so that it is silent from then on.
    /// </summary>
    public async Task EndAsync()
    {
        if (IsAbandoned) return;
        try
        {
            await System.Terminate().WaitAsync(_setup.Options.EndTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            if (!_abandoned.TrySetResult()) return;
            _setup.Report(new NodeAbandoned(Address.ToString(), _setup.Options.EndTimeout.TotalSeconds));
            Quietly(() => (((ExtendedActorSystem)System).Provider as IRemoteActorRefProvider)?.Transport.Shutdown());
            Quietly(() => (System.Scheduler as IDisposable)?.Dispose());
        }
    }

    private static void Quietly(Action end)
    {
        try
        {
            end();
        }
        catch (Exception)
        {
            // Nothing more can be done about it.
        }
    }

    /// <summary>The time limit of a coordinated shutdown: that of handing work over, and that of all other phases together.</summary>
    private static TimeSpan LeaveLimit(NodeSetup setup) => setup.Options.LeaveTimeout + (2 * setup.Options.EndTimeout);

    /// <summary>Leaves signals to the outer host.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
