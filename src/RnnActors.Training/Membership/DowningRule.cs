namespace RnnActors.Training.Membership;

/// <summary>
/// Decides which side of a network partition goes on (quorum). Each side decides for itself, from the members before the partition and which of them it
/// reaches; at most one side goes on. <list type="number"> <item>A side without a candidate never goes on: it could not train.</item> <item>A side that has all
/// the candidates goes on, however small: workers lose nothing by rejoining.</item> <item>If both sides have candidates, the side with more than half of all
/// members goes on, workers included; of two halves, the one with the oldest candidate.</item> </list>
/// </summary>
public static class DowningRule
{
    /// <param name="members">All members before the partition, with which of them this node reaches; this node is among them.</param>
    public static bool GoesOn(IReadOnlyCollection<Voter> members)
    {
        var candidates = members.Where(member => member.IsCandidate).ToArray();
        int reachable = candidates.Count(candidate => candidate.IsReachable);
        if (reachable == 0) return false;
        if (reachable == candidates.Length) return true;
        int majority = 2 * members.Count(member => member.IsReachable) - members.Count;
        return majority != 0
            ? majority > 0
            : candidates.OrderBy(candidate => candidate.Age).ThenBy(candidate => candidate.Name, StringComparer.Ordinal).First().IsReachable;
    }
}
