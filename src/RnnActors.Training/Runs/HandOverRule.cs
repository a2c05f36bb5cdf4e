using Akka.Cluster;

namespace RnnActors.Training.Runs;

/// <summary>Whether a coordinator that ends leaves in order, or others went on without it.</summary>
public static class HandOverRule
{
    /// <summary>
    /// Only a coordinator that leaves in order may acknowledge its last states. If one that was cut off did so, the majority, which has gone on, would stop to
    /// fetch states that it computes itself.
    /// </summary>
    /// <param name="isPrepared">Whether it was told beforehand, as when its process is stopped.</param>
    /// <param name="isTakenOut">Whether its node knows that the cluster went on without it, or ends for another cluster.</param>
    /// <param name="own">The status of its member; null where there is no cluster. It may be outdated.</param>
    public static bool IsInOrder(bool isPrepared, bool isTakenOut, MemberStatus? own) => !isTakenOut && own switch
    {
        MemberStatus.Down or MemberStatus.Removed => false,
        MemberStatus.Leaving or MemberStatus.Exiting => true,
        _ => isPrepared,
    };
}
