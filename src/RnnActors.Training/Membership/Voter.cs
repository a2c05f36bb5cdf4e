namespace RnnActors.Training.Membership;

/// <summary>A member of a cluster, as one of the members sees it across a cut.</summary>
/// <param name="Name">Its address; of each, there is one.</param>
/// <param name="Age">When it became a member: the lowest is the oldest.</param>
public sealed record Voter(string Name, bool IsCandidate, int Age, bool IsReachable);
