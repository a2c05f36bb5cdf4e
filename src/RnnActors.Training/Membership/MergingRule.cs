using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>Which of two clusters that find one another ends, so that its nodes join the other. Of two, never both.</summary>
public static class MergingRule
{
    /// <param name="own">The standing of the coordinator of one cluster, or, where it has none, of any of its members.</param>
    /// <param name="other">That of a node of the other.</param>
    public static bool GivesWay(NodeStanding own, NodeStanding other)
    {
        if (other.Standing != ClusterStanding.Member || other.Coordinator is null || other.Coordinator == own.Coordinator) return false;
        if (own.Coordinator is null) return true;
        // Only a coordinator speaks for its cluster: the others may not know yet that it has changed.
        if (own.Address != own.Coordinator || other.Address != other.Coordinator) return false;
        if (own.Members != other.Members) return own.Members < other.Members;
        return own.Epoch != other.Epoch ? own.Epoch < other.Epoch : string.CompareOrdinal(own.Address, other.Address) > 0;
    }
}
