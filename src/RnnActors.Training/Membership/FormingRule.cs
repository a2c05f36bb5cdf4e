using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>
/// Which of the nodes that look for a cluster forms one, so that candidates that all lost the same cut do not wait for one another for ever. None does that knows of a
/// cluster; of those that hear one another only the first does, in an order that is the same to all; and for a candidate that is silent, and may be the coordinator of a
/// cluster on the other side of a cut, the others wait a long time. Should there be two clusters after all, <see cref="MergingRule"/> makes one of them.
/// </summary>
public static class FormingRule
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <param name="own">The node that asks, which may form a cluster.</param>
    /// <param name="isNew">Whether it was never in a cluster, so that there is none that it could have lost.</param>
    /// <param name="waited">How long it has looked.</param>
    /// <param name="patience">How long it waits for silent candidates.</param>
    public static bool Forms(NodeStanding own, bool isNew, IReadOnlyCollection<Contact> contacts, TimeSpan waited, TimeSpan patience) =>
        own.MayForm && contacts.All(contact => contact switch
        {
            { Standing: { } other } => other.Standing == ClusterStanding.Searching && !(other.MayForm && Precedes(other, own)),
            { IsGone: true } => true,
            _ => waited >= (contact.MayBeCandidate && !isNew && patience > Grace ? patience : Grace),
        });

    /// <summary>Whoever knows the latest epoch has the newest copies.</summary>
    private static bool Precedes(NodeStanding one, NodeStanding other) =>
        one.Epoch != other.Epoch ? one.Epoch > other.Epoch : string.CompareOrdinal(one.Address, other.Address) < 0;
}
