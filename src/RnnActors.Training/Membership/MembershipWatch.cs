using Akka.Actor;
using Akka.Cluster;
using RnnActors.Training.Hosting;

namespace RnnActors.Training.Membership;

/// <summary>Tells people who comes, goes, is silent, and where the coordinator is.</summary>
public sealed class MembershipWatch : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly NodeContext _node;
    private readonly Action<IReadOnlyList<Address>> _remember;
    private readonly HashSet<UniqueAddress> _announced = [];
    private bool _isMember;
    private Address? _coordinator;

    /// <param name="remember">Told of the other members whenever they change.</param>
    public MembershipWatch(NodeContext node, Action<IReadOnlyList<Address>> remember)
    {
        (_node, _remember) = (node, remember);
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            foreach (var member in state.Members.Where(member => member.Status == MemberStatus.Up)) Welcome(member);
            Look();
        });
        Receive<ClusterEvent.MemberUp>(up => Then(() => Welcome(up.Member)));
        Receive<ClusterEvent.MemberRemoved>(removed => Then(() => Farewell(removed)));
        Receive<ClusterEvent.UnreachableMember>(silent => Then(() => Report(silent.Member, new MemberSuspected(Name(silent.Member.Address)))));
        Receive<ClusterEvent.ReachableMember>(heard => Then(() => Report(heard.Member, new MemberTrusted(Name(heard.Member.Address)))));
        Receive<ClusterEvent.IClusterDomainEvent>(_ => Look());
    }

    public static Props Props(NodeContext node, Action<IReadOnlyList<Address>> remember) => Akka.Actor.Props.Create(() => new MembershipWatch(node, remember));

    /// <summary>Where the coordinator is: on the oldest member that may be it.</summary>
    internal static Member? CoordinatorOf(Cluster cluster) => cluster.State.Members
        .Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving && member.HasRole(ClusterPaths.CoordinatorRole))
        .OldestFirst().FirstOrDefault();

    internal static string Name(Address address) => new HostAndPort(address.Host ?? "", address.Port ?? 0).ToString();

    protected override void PreStart() =>
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Then(Action happened)
    {
        happened();
        Look();
    }

    private void Welcome(Member member)
    {
        if (member.UniqueAddress == _cluster.SelfUniqueAddress)
        {
            _isMember = true;
            _node.Report(new ClusterJoined(Name(member.Address), _cluster.State.Members.Count));
            foreach (var other in _cluster.State.Members.Where(other => other.Status == MemberStatus.Up)) _announced.Add(other.UniqueAddress);
        }
        else if (_isMember && _announced.Add(member.UniqueAddress))
        {
            _node.Report(new MemberJoined(Name(member.Address), string.Join(", ", member.Roles.Order(StringComparer.Ordinal))));
        }
    }

    private void Farewell(ClusterEvent.MemberRemoved removed)
    {
        _announced.Remove(removed.Member.UniqueAddress);
        Report(removed.Member, removed.PreviousStatus == MemberStatus.Down ? new MemberLost(Name(removed.Member.Address)) : new MemberLeft(Name(removed.Member.Address)));
    }

    private void Report(Member member, NodeEvent happened)
    {
        if (_isMember && member.UniqueAddress != _cluster.SelfUniqueAddress) _node.Report(happened);
    }

    private void Look()
    {
        if (!_isMember || _cluster.IsTerminated) return;
        _remember([.. _cluster.State.Members.Where(member => member.UniqueAddress != _cluster.SelfUniqueAddress).Select(member => member.Address)]);
        var coordinator = CoordinatorOf(_cluster)?.Address;
        if (coordinator == _coordinator) return;
        _coordinator = coordinator;
        _node.Report(new CoordinatorChanged(coordinator is null ? null : Name(coordinator), coordinator == _cluster.SelfAddress));
    }
}
