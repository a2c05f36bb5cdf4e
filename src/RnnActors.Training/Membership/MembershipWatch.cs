using Akka.Actor;
using Akka.Cluster;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;

namespace RnnActors.Training.Membership;

/// <summary>Reports to people who joins, leaves and is unreachable, and where the coordinator is.</summary>
internal sealed class MembershipWatch : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ClusterView _view = new();
    private readonly HostAndPort _own;
    private readonly Action<NodeEvent> _report;
    private readonly KnownMembers _known;
    private readonly HashSet<UniqueAddress> _announced = [];
    private bool _isMember;
    private Address? _coordinator;

    /// <param name="own">This node's address.</param>
    /// <param name="report">Reports to people; it is quick.</param>
    /// <param name="known">Remembers the other members.</param>
    public MembershipWatch(HostAndPort own, Action<NodeEvent> report, KnownMembers known)
    {
        (_own, _report, _known) = (own, report, known);
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            _view.Apply(state);
            Announce();
        });
        Receive<ClusterEvent.IClusterDomainEvent>(happened =>
        {
            _view.Apply(happened);
            if (_isMember && !_view.Members.Any(member => IsSelf(member) && member.Status is (MemberStatus.Up or MemberStatus.Leaving)))
                return; // it gets no more events
            Announce();
            switch (happened)
            {
                case ClusterEvent.MemberRemoved removed: Farewell(removed); break;
                case ClusterEvent.UnreachableMember silent: Report(silent.Member, new MemberSuspected(Name(silent.Member.Address))); break;
                case ClusterEvent.ReachableMember heard: Report(heard.Member, new MemberTrusted(Name(heard.Member.Address))); break;
                default: break;
            }
        });
    }

    public static Props Props(HostAndPort own, Action<NodeEvent> report, KnownMembers known) =>
        Akka.Actor.Props.Create(() => new MembershipWatch(own, report, known));

    public static string Name(Address address) => HostAndPort.Of(address).ToString();

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, ClusterView.Events);

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <summary>Reports new members, once this node is one, and where the coordinator is.</summary>
    private void Announce()
    {
        var up = _view.Members.Where(member => member.Status == MemberStatus.Up).ToArray();
        bool isFirst = !_isMember;
        if (isFirst)
        {
            if (!up.Any(IsSelf)) return;
            _isMember = true;
            _report(new ClusterJoined(_own.ToString(), up.Length));
            _announced.UnionWith(up.Select(member => member.UniqueAddress));
        }

        foreach (var member in up)
            if (_announced.Add(member.UniqueAddress))
                _report(new MemberJoined(Name(member.Address), string.Join(", ", member.Roles.Order(StringComparer.Ordinal))));
        _known.Remember([.. up.Where(member => !IsSelf(member)).Select(member =>
            new KnownMember(HostAndPort.Of(member.Address), member.HasRole(ClusterPaths.CoordinatorRole)))]);
        var coordinator = _view.Coordinator();
        if (coordinator?.Address == _coordinator && !isFirst) return;
        _coordinator = coordinator?.Address;
        _report(new CoordinatorChanged(_coordinator is null ? null : Name(_coordinator), _coordinator == _cluster.SelfAddress));
        string? version = coordinator?.AppVersion.ToString();
        if (version is not null && version != ProductVersion.Text) _report(new VersionDiffers(Name(_coordinator!), version, ProductVersion.Text));
    }

    private void Farewell(ClusterEvent.MemberRemoved removed)
    {
        if (!_announced.Remove(removed.Member.UniqueAddress)) return;
        if (removed.PreviousStatus == MemberStatus.Down)
        {
            Report(removed.Member, new MemberLost(Name(removed.Member.Address)));
            return;
        }

        if (!IsSelf(removed.Member)) _known.Forget(HostAndPort.Of(removed.Member.Address));
        Report(removed.Member, new MemberLeft(Name(removed.Member.Address)));
    }

    private void Report(Member member, NodeEvent happened)
    {
        if (_isMember && !IsSelf(member)) _report(happened);
    }

    private bool IsSelf(Member member) => member.UniqueAddress == _cluster.SelfUniqueAddress;
}
