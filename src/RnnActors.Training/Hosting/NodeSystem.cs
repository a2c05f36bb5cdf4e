using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Tools.Singleton;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using MemberStatus = Akka.Cluster.MemberStatus;

namespace RnnActors.Training.Hosting;

/// <summary>The actor system of a node: its configuration, the actors that it starts, its health checks and its standing in the cluster.</summary>
internal static class NodeSystem
{
    public static void Configure(AkkaConfigurationBuilder akka, NodeSetup setup, NodeEnd end)
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
                    cluster.State.Members.Select(member => MembershipWatch.Name(member.Address)), setup.KnownNodes.Meet),
            ClusterPaths.Receptionist);
        if (setup.Actors.Node is not { } actor) return;
        var self = system.ActorOf(actor(node), ClusterPaths.Node);
        if (setup.Actors.Leave is not { } leave) return;
        CoordinatedShutdown.Get(system).AddTask(
            CoordinatedShutdown.PhaseServiceRequestsDone, "leave-run", () => self.Ask<Done>(leave, setup.Options.LeaveTimeout));
    }

    /// <summary>
    /// If the coordinator is in this process, ends its run between two steps while the node is still a member. A step may take longer than the cluster waits
    /// for a singleton to move. A removed node has nothing to hand over.
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

    public static NodeStanding StandingOf(Cluster cluster, NodeSetup setup)
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
            own.ToString(), setup.Options.IsCandidate, standing, setup.KnownNodes.MayForm(own),
            new NodeDirectory(setup.Options.EffectiveDataDirectory).ReadEpoch(),
            isMember && view.Coordinator() is { } coordinator ? MembershipWatch.Name(coordinator.Address) : null, isMember ? view.Members.Count() : 0);
    }

    public static HostAndPort AddressOf(ActorSystem system) => HostAndPort.Of(Cluster.Get(system).SelfAddress);
}
