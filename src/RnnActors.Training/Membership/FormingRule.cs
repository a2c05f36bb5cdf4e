using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>
/// Decides which node forms a cluster where none is found, so that candidates that were all cut off do not wait for each other for ever. A node that knows of a
/// cluster forms none. Of nodes that reach each other, the first in an agreed order does. A silent candidate may be the coordinator across a partition, so the
/// others wait long for it. If two clusters form after all, <see cref="MergingRule"/> merges them.
/// </summary>
public static class FormingRule
{
    /// <summary>The time limit of an answer.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <param name="own">The standing of the node that asks, which may form a cluster.</param>
    /// <param name="isNew">Whether it was never in a cluster, so that it cannot have lost one.</param>
    /// <param name="waited">How long it has been looking.</param>
    /// <param name="patience">How long it waits for silent candidates.</param>
    public static bool Forms(NodeStanding own, bool isNew, IReadOnlyCollection<Contact> contacts, TimeSpan waited, TimeSpan patience) =>
        own.MayForm && contacts.All(contact => contact switch
        {
            { Standing: { } other } => other.Standing == ClusterStanding.Searching && !(other.MayForm && Precedes(other, own)),
            { IsGone: true } => true,
            _ => waited >= (contact.MayBeCandidate && !isNew && patience > Grace ? patience : Grace),
        });

    /// <summary>The order of candidates: the highest epoch first, since it has the newest replicas.</summary>
    private static bool Precedes(NodeStanding one, NodeStanding other) =>
        one.Epoch != other.Epoch ? one.Epoch > other.Epoch : string.CompareOrdinal(one.Address, other.Address) < 0;
}
