using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>
/// Whether others have gone on without a node that does not know it yet. One that stood still, or was cut off, still counts everyone who was with it: by those numbers
/// its cluster would be the larger one, and <see cref="MergingRule"/> would have the others, with their run, give way to a cluster that is no more. One of its own members
/// that speaks for another cluster, and not from an earlier epoch, shows that it is so.
/// </summary>
public static class SupersedingRule
{
    /// <param name="own">Where the node that is asked takes itself to stand.</param>
    /// <param name="members">The addresses of its cluster's members, as it sees them.</param>
    /// <param name="asker">Where the one that asks stands. It may have taken over a moment ago, and not have written its own epoch yet.</param>
    public static bool IsSuperseded(NodeStanding own, IEnumerable<string> members, NodeStanding asker) =>
        own.Standing == ClusterStanding.Member && asker.Standing == ClusterStanding.Member
        && asker.Coordinator == asker.Address && asker.Coordinator != own.Coordinator && asker.Address != own.Address
        && asker.Epoch >= own.Epoch && members.Contains(asker.Address);
}
