using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using RnnActors.Training.ActorSystems;

namespace RnnActors.Training.Membership;

/// <summary>
/// Downs unreachable members (split-brain resolution). When some are unreachable and nothing has changed for a while, it applies <see cref="DowningRule"/>: it
/// removes them, or takes this node out of the cluster. A node that others have removed takes itself out too. A node whose process was paused removes nobody
/// for a while.
/// </summary>
public sealed class DowningActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan BetweenPulses = TimeSpan.FromMilliseconds(500);

    private readonly Cluster _cluster;
    private readonly TimeSpan _downAfter, _settling;
    private readonly NodeEnd _end;
    private readonly ClusterView _view = new();
    private string _seen = "";
    private readonly PauseDetector _pauses;

    /// <param name="suspectAfter">The silence after which a member becomes unreachable.</param>
    /// <param name="end">Records why this node is taken out.</param>
    /// <param name="time">The clock of the pause detector.</param>
    public DowningActor(Cluster cluster, TimeSpan suspectAfter, TimeSpan downAfter, NodeEnd end, TimeProvider time)
    {
        (_cluster, _downAfter, _settling, _end, _pauses) = (cluster, downAfter, suspectAfter + downAfter, end, new PauseDetector(time));
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            _view.Apply(state);
            Check();
        });
        Receive<ClusterEvent.IClusterDomainEvent>(happened =>
        {
            _view.Apply(happened);
            if (happened is ClusterEvent.MemberDowned downed && IsSelf(downed.Member)) End("The cluster has taken this node out");
            Check();
        });
        Receive<Decide>(_ => DecideNow());
        Receive<Pulse>(_ => _pauses.Feel());
        Receive<ThisActorSystemQuarantinedEvent>(quarantined =>
        {
            if (Members().Any(member => member.Address == quarantined.RemoteAddress)) Yield(MembershipWatch.Name(quarantined.RemoteAddress));
        });
        Receive<Superseded>(superseded => Yield(superseded.Coordinator));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Cluster cluster, TimeSpan suspectAfter, TimeSpan downAfter, NodeEnd end, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new DowningActor(cluster, suspectAfter, downAfter, end, time));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Pulse.Instance, Pulse.Instance, BetweenPulses);
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, ClusterView.Events);
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(Superseded));
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    /// <summary>Restarts the wait whenever reachability changes: a partition is rarely seen all at once.</summary>
    private void Check()
    {
        var voters = Voters();
        string picture = $"{string.Join(' ', voters)} {string.Join(' ', Silent().Select(member => member.UniqueAddress))}";
        if (picture == _seen) return;
        _seen = picture;
        if (!Silent().Any()) Timers.Cancel(Decide.Instance);
        else Timers.StartSingleTimer(Decide.Instance, Decide.Instance, _downAfter);
    }

    private void DecideNow()
    {
        if (!Silent().Any()) return;
        if (!DowningRule.GoesOn(Voters()))
        {
            End(Loss());
            _cluster.Down(_cluster.SelfAddress);
            return;
        }

        _pauses.Feel();
        if (_pauses.Unsettled(_settling) is var left && left > TimeSpan.Zero)
        {
            Timers.StartSingleTimer(Decide.Instance, Decide.Instance, left);
            return;
        }

        foreach (var member in Silent()) _cluster.Down(member.Address);
        Timers.StartSingleTimer(Decide.Instance, Decide.Instance, _downAfter); // decides again if one of them is still there then
    }

    /// <summary>The others have removed this node.</summary>
    private void Yield(string name)
    {
        End($"{name} has gone on without this node, which was silent for too long");
        _cluster.Down(_cluster.SelfAddress);
    }

    /// <summary>
    /// Records why this node is taken out. A recent pause of the process (a debugger, a suspended machine) takes precedence over other reasons.
    /// </summary>
    private void End(string reason)
    {
        _pauses.Feel();
        _end.Because(_pauses.OfLate is { } stood
            ? string.Create(CultureInfo.InvariantCulture, $"This process stood still for {stood.TotalSeconds:0} s, and the cluster went on without it")
            : reason);
    }

    /// <summary>Why the rule takes this node out.</summary>
    private string Loss()
    {
        var members = Members().ToArray();
        var lost = members.Where(member => member.HasRole(ClusterPaths.CoordinatorRole) && _view.IsSilent(member))
            .Select(member => MembershipWatch.Name(member.Address));
        return members.Any(member => member.HasRole(ClusterPaths.CoordinatorRole) && !_view.IsSilent(member))
            ? $"The others go on without this node, which reaches {members.Count(member => !_view.IsSilent(member))} of {members.Length} members, "
                + "itself included"
            : $"No coordinator is left: {string.Join(", ", lost)} cannot be reached";
    }

    private bool IsSelf(Member member) => member.UniqueAddress == _cluster.SelfUniqueAddress;

    /// <summary>The unreachable members. Joining ones count too: one that died while it joined would block all later joins.</summary>
    private IEnumerable<Member> Silent() => _view.Members.Where(_view.IsSilent);

    /// <summary>The members that vote. Joining ones do not: one side of a partition may not know them.</summary>
    private IEnumerable<Member> Members() => _view.Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving);

    private List<Voter> Voters() =>
    [
        .. Members().OldestFirst().Select((member, age) => new Voter(
            member.UniqueAddress.ToString(), member.HasRole(ClusterPaths.CoordinatorRole), age, IsSelf(member) || !_view.IsSilent(member))),
    ];

    private sealed record Pulse
    {
        public static readonly Pulse Instance = new();
    }

    private sealed record Decide
    {
        public static readonly Decide Instance = new();
    }
}
