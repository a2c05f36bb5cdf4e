using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>
/// Whether a node was removed from its cluster and does not know it yet. After a pause or a partition it still counts all former members, so its cluster seems
/// the larger one, and by <see cref="MergingRule"/> the others would join it. The proof is a former member that acts for another cluster, of no earlier epoch.
/// </summary>
public static class SupersedingRule
{
    /// <param name="own">The standing of the node that is asked, from its own view.</param>
    /// <param name="members">The addresses of its cluster's members, from its own view.</param>
    /// <param name="asker">The standing of the node that asks. If it has just taken over, it may not have written its own epoch yet.</param>
    public static bool IsSuperseded(NodeStanding own, IEnumerable<string> members, NodeStanding asker) =>
        own.Standing == ClusterStanding.Member && asker.Standing == ClusterStanding.Member
        && asker.Coordinator == asker.Address && asker.Coordinator != own.Coordinator && asker.Address != own.Address
        && asker.Epoch >= own.Epoch && members.Contains(asker.Address);
}
