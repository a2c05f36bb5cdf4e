using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>Decides which of two clusters ends when they find each other, so that its nodes join the other. Never do both end.</summary>
public static class MergingRule
{
    /// <param name="own">The standing of one cluster's coordinator, or of any member if it has none.</param>
    /// <param name="other">The standing of a node of the other.</param>
    public static bool GivesWay(NodeStanding own, NodeStanding other)
    {
        if (other.Standing != ClusterStanding.Member || other.Coordinator is null || other.Coordinator == own.Coordinator) return false;
        if (own.Coordinator is null) return true;
        // Only a coordinator speaks for its cluster; other members may not know yet that it has changed.
        if (own.Address != own.Coordinator || other.Address != other.Coordinator) return false;
        if (own.Members != other.Members) return own.Members < other.Members;
        return own.Epoch != other.Epoch ? own.Epoch < other.Epoch : string.CompareOrdinal(own.Address, other.Address) > 0;
    }
}
