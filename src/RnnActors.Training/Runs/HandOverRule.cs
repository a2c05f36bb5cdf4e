using Akka.Cluster;

namespace RnnActors.Training.Runs;

/// <summary>Whether a coordinator that ends leaves in order, or others went on without it.</summary>
public static class HandOverRule
{
    /// <summary>
    /// One that leaves in order has the last word on what there is. One that was cut off has not: the majority goes on meanwhile, and would stop and fetch
    /// states that it computes itself, for no gain.
    /// </summary>
    /// <param name="isPrepared">Whether it was told beforehand, as when its process is stopped.</param>
    /// <param name="isTakenOut">Whether its node has found out that the cluster goes on without it, or gives way to another.</param>
    /// <param name="own">The status of its member; null where there is no cluster. It may be late.</param>
    public static bool IsInOrder(bool isPrepared, bool isTakenOut, MemberStatus? own) => !isTakenOut && own switch
    {
        MemberStatus.Down or MemberStatus.Removed => false,
        MemberStatus.Leaving or MemberStatus.Exiting => true,
        _ => isPrepared,
    };
}
