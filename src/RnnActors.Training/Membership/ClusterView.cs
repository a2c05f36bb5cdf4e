using Akka.Cluster;
using RnnActors.Training.ActorSystems;

namespace RnnActors.Training.Membership;

/// <summary>
/// The members of the cluster and which of them are unreachable, from the events received so far. <see cref="Cluster.State"/> may lag behind them.
/// </summary>
internal sealed class ClusterView
{
    private readonly Dictionary<UniqueAddress, Member> _members = [];
    private readonly HashSet<UniqueAddress> _silent = [];

    public IEnumerable<Member> Members => _members.Values;

    /// <summary>The events to subscribe to.</summary>
    public static Type[] Events => [typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent)];

    public bool IsSilent(Member member) => _silent.Contains(member.UniqueAddress);

    /// <summary>The member where the coordinator is, or will be: the oldest candidate; null if there is none.</summary>
    public Member? Coordinator() => Candidates().FirstOrDefault();

    /// <summary>Whether a reachable candidate could replace the coordinator.</summary>
    public bool HasStandby() => Candidates().Skip(1).Any(candidate => candidate.Status == MemberStatus.Up && !IsSilent(candidate));

    public void Apply(ClusterEvent.CurrentClusterState state)
    {
        _members.Clear();
        _silent.Clear();
        foreach (var member in state.Members) _members[member.UniqueAddress] = member;
        foreach (var member in state.Unreachable) _silent.Add(member.UniqueAddress);
    }

    public void Apply(ClusterEvent.IClusterDomainEvent happened)
    {
        switch (happened)
        {
            case ClusterEvent.MemberRemoved removed:
                _members.Remove(removed.Member.UniqueAddress);
                _silent.Remove(removed.Member.UniqueAddress);
                break;
            case ClusterEvent.IMemberEvent changed: _members[changed.Member.UniqueAddress] = changed.Member; break;
            case ClusterEvent.UnreachableMember silent: _silent.Add(silent.Member.UniqueAddress); break;
            case ClusterEvent.ReachableMember heard: _silent.Remove(heard.Member.UniqueAddress); break;
            default: break;
        }
    }

    private IEnumerable<Member> Candidates() => _members.Values
        .Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving && member.HasRole(ClusterPaths.CoordinatorRole))
        .OldestFirst();
}
