using Akka.Actor;
using Akka.Cluster;
using RnnActors.Training.Hosting;

namespace RnnActors.Training.Membership;

/// <summary>Tells people who comes, goes, is silent, and where the coordinator is.</summary>
internal sealed class MembershipWatch : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ClusterView _view = new();
    private readonly NodeContext _node;
    private readonly KnownMembers _known;
    private readonly HashSet<UniqueAddress> _announced = [];
    private bool _isMember;
    private Address? _coordinator;

    /// <param name="known">Where the other members are remembered.</param>
    public MembershipWatch(NodeContext node, KnownMembers known)
    {
        (_node, _known) = (node, known);
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            _view.Apply(state);
            Announce();
        });
        Receive<ClusterEvent.IClusterDomainEvent>(happened =>
        {
            _view.Apply(happened);
            if (_isMember && !_view.Members.Any(member => IsSelf(member) && member.Status is (MemberStatus.Up or MemberStatus.Leaving))) return; // it sees nothing any more
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

    public static Props Props(NodeContext node, KnownMembers known) => Akka.Actor.Props.Create(() => new MembershipWatch(node, known));

    public static string Name(Address address) => HostAndPort.Of(address).ToString();

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, ClusterView.Events);

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <summary>Says who is new, once this node itself is a member, and where the coordinator is.</summary>
    private void Announce()
    {
        var up = _view.Members.Where(member => member.Status == MemberStatus.Up).ToArray();
        bool isFirst = !_isMember;
        if (isFirst)
        {
            if (!up.Any(IsSelf)) return;
            _isMember = true;
            _node.Report(new ClusterJoined(_node.Address.ToString(), up.Length));
            _announced.UnionWith(up.Select(member => member.UniqueAddress));
        }

        foreach (var member in up)
            if (_announced.Add(member.UniqueAddress)) _node.Report(new MemberJoined(Name(member.Address), string.Join(", ", member.Roles.Order(StringComparer.Ordinal))));
        _known.Remember([.. up.Where(member => !IsSelf(member)).Select(member => new KnownMember(HostAndPort.Of(member.Address), member.HasRole(ClusterPaths.CoordinatorRole)))]);
        var coordinator = _view.Coordinator();
        if (coordinator?.Address == _coordinator && !isFirst) return;
        _coordinator = coordinator?.Address;
        _node.Report(new CoordinatorChanged(_coordinator is null ? null : Name(_coordinator), _coordinator == _cluster.SelfAddress));
        string? version = coordinator?.AppVersion.ToString();
        if (version is not null && version != ClusterConfiguration.Version) _node.Report(new VersionDiffers(Name(_coordinator!), version, ClusterConfiguration.Version));
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
        if (_isMember && !IsSelf(member)) _node.Report(happened);
    }

    private bool IsSelf(Member member) => member.UniqueAddress == _cluster.SelfUniqueAddress;
}
