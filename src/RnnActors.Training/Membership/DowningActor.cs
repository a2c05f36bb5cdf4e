using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using RnnActors.Training.Hosting;

namespace RnnActors.Training.Membership;

/// <summary>
/// Watches which members are reached. When some are not, and nothing has changed for a while, it goes on without them or takes this node out of the cluster, as
/// <see cref="DowningRule"/> says. A node that others have already gone on without takes itself out too.
/// </summary>
public sealed class DowningActor : ReceiveActor, IWithTimers
{
    private readonly Cluster _cluster;
    private readonly TimeSpan _downAfter;
    private readonly ClusterView _view = new();
    private string _seen = "";

    public DowningActor(Cluster cluster, TimeSpan downAfter)
    {
        (_cluster, _downAfter) = (cluster, downAfter);
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            _view.Apply(state);
            Look();
        });
        Receive<ClusterEvent.IClusterDomainEvent>(happened =>
        {
            _view.Apply(happened);
            Look();
        });
        Receive<Decide>(_ => DecideNow());
        Receive<ThisActorSystemQuarantinedEvent>(quarantined =>
        {
            if (Members().Any(member => member.Address == quarantined.RemoteAddress)) _cluster.Down(_cluster.SelfAddress);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Cluster cluster, TimeSpan downAfter) => Akka.Actor.Props.Create(() => new DowningActor(cluster, downAfter));

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, ClusterView.Events);
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    /// <summary>Waits anew whenever the picture changes: a cut is rarely seen at one stroke.</summary>
    private void Look()
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
            _cluster.Down(_cluster.SelfAddress);
            return;
        }

        foreach (var member in Silent()) _cluster.Down(member.Address);
        Timers.StartSingleTimer(Decide.Instance, Decide.Instance, _downAfter); // should one of them still be there
    }

    /// <summary>Those that are only joining have no vote, but one that died while it joined would keep everybody else from becoming a member.</summary>
    private IEnumerable<Member> Silent() => _view.Members.Where(_view.IsSilent);

    /// <summary>Members that everyone knows: one that is only joining may be known to one side alone.</summary>
    private IEnumerable<Member> Members() => _view.Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving);

    private List<Voter> Voters() =>
    [
        .. Members().OldestFirst().Select((member, age) => new Voter(
            member.UniqueAddress.ToString(), member.HasRole(ClusterPaths.CoordinatorRole), age, member.UniqueAddress == _cluster.SelfUniqueAddress || !_view.IsSilent(member))),
    ];

    private sealed record Decide
    {
        public static readonly Decide Instance = new();
    }
}
