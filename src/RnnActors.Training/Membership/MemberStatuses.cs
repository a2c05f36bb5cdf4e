using Akka.Cluster;

namespace RnnActors.Training.Membership;

/// <summary>The members as this node sees them.</summary>
internal static class MemberStatuses
{
    /// <summary>The oldest first.</summary>
    public static Protocol.MemberStatus[] Of(Cluster cluster)
    {
        var state = cluster.State;
        return
        [
            .. state.Members
                .OldestFirst()
                .Select(member => new Protocol.MemberStatus(
                    MembershipWatch.Name(member.Address), [.. member.Roles.Order(StringComparer.Ordinal)], member.Status.ToString().ToLowerInvariant(),
                    !state.Unreachable.Contains(member))),
        ];
    }
}
