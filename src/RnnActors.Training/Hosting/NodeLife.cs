using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Tools.Singleton;
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
using RnnActors.Training.Storage;
using MemberStatus = Akka.Cluster.MemberStatus;

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

    /// <summary>Completes when the actor system has ended, or was given up.</summary>
    public Task Ended => _ended.Value;

    /// <summary>Whether the actor system did not end in time, and what is left of it was torn down.</summary>
    public bool IsAbandoned => _abandoned.Task.IsCompleted;

    /// <summary>Whether a cluster has let it in.</summary>
    public bool WasMember => _wasMember;

    /// <summary>Why it has ended.</summary>
    public string EndReason => _end.Reason;

    public Cluster Cluster => Cluster.Get(System);

    public HostAndPort Address => AddressOf(System);

    public static async Task<NodeLife> StartAsync(NodeSetup setup, CancellationToken cancellation)
    {
        var end = new NodeEnd();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton(setup.Loggers);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = LeaveLimit(setup));
        builder.Services.AddHealthChecks();
        builder.Services.AddAkka(ClusterPaths.System, akka => Configure(akka, setup, end));
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

    public NodeStanding Standing => StandingOf(Cluster, _setup);

    /// <summary>The nodes of its cluster, this one among them.</summary>
    public IReadOnlyList<HostAndPort> Members => [.. Cluster.State.Members.Select(member => HostAndPort.Of(member.Address))];

    /// <summary>
    /// Whether the node is joining and no other member that it hears has seen the same gossip: one let it in and was gone before it told the others, who pass
    /// over what a stranger says.
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
    /// <param name="other">The other one's coordinator.</param>
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
            // What has not left by now is ended.
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
    /// Ends the actor system. One that does not end in time is given up: its transport and its timers are closed, so that nobody hears of it any more.
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
            // Whatever it is, there is nothing left to do about it.
        }
    }

    /// <summary>The limit of a coordinated shutdown: that of the work, and that of its other phases together.</summary>
    private static TimeSpan LeaveLimit(NodeSetup setup) => setup.Options.LeaveTimeout + (2 * setup.Options.EndTimeout);

    private static void Configure(AkkaConfigurationBuilder akka, NodeSetup setup, NodeEnd end)
    {
        var readiness = new NodeReadiness();
        akka.AddSetup(end);
        akka.AddSetup(new NodeClock(setup.Time));
        akka.AddHocon(NodeSystemConfiguration.Of(setup.Options), HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithActorSystemLivenessCheck(tags: [NodeHealthCheck.ActorSystem])
            .WithAkkaClusterReadinessCheck(tags: [NodeHealthCheck.Cluster])
            .WithHealthCheck(
                NodeHealthCheck.Coordinator, (system, _, _) => Task.FromResult(CoordinatorHealth(Cluster.Get(system))), tags: [NodeHealthCheck.Coordinator])
            .WithHealthCheck(NodeHealthCheck.Part, (_, _, _) => Task.FromResult(PartHealth(readiness)), tags: [NodeHealthCheck.Part])
            .WithActors((system, _) => StartActors(system, setup, readiness));
        if (setup.Credentials is { } credentials) akka.AddSetup(ActorSystemConfiguration.Secure(credentials));
    }

    private static void StartActors(ActorSystem system, NodeSetup setup, NodeReadiness readiness)
    {
        var node = new NodeContext(
            setup.Options, Guid.NewGuid().ToString("N"), setup.ProcessId, AddressOf(system), setup.Credentials, setup.Report)
        {
            Readiness = readiness,
        };
        OwnNames.Register(system, OwnNames.Of(node.Address, setup.Options.Bind, setup.Credentials, setup.Options.AlsoKnownAs));
        system.ActorOf(MembershipWatch.Props(node.Address, setup.Report, new KnownMembers(setup.Options.EffectiveDataDirectory)), "membership");
        system.ActorOf(CrashDetector.Props(new ClusterMembership(Cluster.Get(system)), new PortProbe()), ClusterPaths.CrashDetector);
        system.ActorOf(RefusalWatch.Props(setup.Report), "refusals");
        var options = setup.Options;
        system.ActorOf(
            Retention.Props(new RetentionSettings(
                new NodeDirectory(options.EffectiveDataDirectory), node.Use,
                new RetentionLimits(TimeSpan.FromDays(options.KeepDays), options.KeepRuns, options.KeepGigabytes * 1_000_000_000L),
                $"{ClusterPaths.User(ClusterPaths.Coordinator)}/{ClusterPaths.Singleton}", options.SharedCheckpoints, TimeProvider.System,
                news => setup.Report(new NodeNotice(news)))),
            ClusterPaths.Retention);
        if (setup.Options.IsCandidate)
        {
            system.ActorOf(
                ClusterSingletonManager.Props(
                    setup.Actors.Coordinator(node), setup.Actors.HandOver,
                    ClusterSingletonManagerSettings.Create(system).WithRole(ClusterPaths.CoordinatorRole).WithSingletonName(ClusterPaths.Singleton)),
                ClusterPaths.Coordinator);
            if (setup.Actors.PrepareHandOver is { } prepare)
                CoordinatedShutdown.Get(system).AddTask(
                    CoordinatedShutdown.PhaseServiceRequestsDone, "prepare-hand-over", () => PrepareHandOverAsync(system, prepare, setup.Options.LeaveTimeout));
        }

        var coordinator = system.ActorOf(
            ClusterSingletonProxy.Props(
                ClusterPaths.User(ClusterPaths.Coordinator),
                ClusterSingletonProxySettings.Create(system).WithRole(ClusterPaths.CoordinatorRole).WithSingletonName(ClusterPaths.Singleton)),
            ClusterPaths.CoordinatorProxy);
        var cluster = Cluster.Get(system);
        system.ActorOf(
            Receptionist.Props(
                coordinator, () => StandingOf(cluster, setup), () =>
                    cluster.State.Members.Select(member => MembershipWatch.Name(member.Address)), setup.Acquaintances.Meet),
            ClusterPaths.Receptionist);
        if (setup.Actors.Node is not { } actor) return;
        var self = system.ActorOf(actor(node), ClusterPaths.Node);
        if (setup.Actors.Leave is not { } leave) return;
        CoordinatedShutdown.Get(system).AddTask(
            CoordinatedShutdown.PhaseServiceRequestsDone, "leave-run", () => self.Ask<Done>(leave, setup.Options.LeaveTimeout));
    }

    /// <summary>
    /// If the coordinator is in this process, ends its run between two steps while the node is still a member: a step may take longer than the cluster
    /// waits for a singleton to move. A removed node has nothing to hand over.
    /// </summary>
    private static async Task<Done> PrepareHandOverAsync(ActorSystem system, object prepare, TimeSpan limit)
    {
        if (CoordinatedShutdown.Get(system).ShutdownReason is CoordinatedShutdown.ClusterDowningReason) return Done.Instance;
        var singleton = system.ActorSelection($"{ClusterPaths.User(ClusterPaths.Coordinator)}/{ClusterPaths.Singleton}");
        var coordinator = await singleton.Ask<ActorIdentity>(new Identify(null), limit).ConfigureAwait(false);
        return coordinator.Subject is null ? Done.Instance : await coordinator.Subject.Ask<Done>(prepare, limit).ConfigureAwait(false);
    }

    private static HealthCheckResult CoordinatorHealth(Cluster cluster)
    {
        var view = new ClusterView();
        view.Apply(cluster.State);
        if (view.Coordinator() is not { } coordinator) return HealthCheckResult.Unhealthy("The cluster has no coordinator.");
        string name = MembershipWatch.Name(coordinator.Address);
        return view.IsSilent(coordinator)
            ? HealthCheckResult.Unhealthy($"The coordinator, {name}, is silent.")
            : HealthCheckResult.Healthy($"The coordinator is {name}.");
    }

    private static HealthCheckResult PartHealth(NodeReadiness readiness) =>
        readiness.Problem is { } problem ? HealthCheckResult.Unhealthy(problem + ".") : HealthCheckResult.Healthy("The node is able to take part.");

    private static NodeStanding StandingOf(Cluster cluster, NodeSetup setup)
    {
        var own = HostAndPort.Of(cluster.SelfAddress);
        var standing = cluster.SelfMember.Status switch
        {
            MemberStatus.Up or MemberStatus.Leaving => ClusterStanding.Member,
            MemberStatus.Joining => ClusterStanding.Joining,
            _ => ClusterStanding.Searching,
        };
        var view = new ClusterView();
        view.Apply(cluster.State);
        bool isMember = standing == ClusterStanding.Member;
        return new NodeStanding(
            own.ToString(), setup.Options.IsCandidate, standing, setup.Acquaintances.MayForm(own),
            new NodeDirectory(setup.Options.EffectiveDataDirectory).ReadEpoch(),
            isMember && view.Coordinator() is { } coordinator ? MembershipWatch.Name(coordinator.Address) : null, isMember ? view.Members.Count() : 0);
    }

    private static HostAndPort AddressOf(ActorSystem system) => HostAndPort.Of(Cluster.Get(system).SelfAddress);


    /// <summary>Signals are the outer host's.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
