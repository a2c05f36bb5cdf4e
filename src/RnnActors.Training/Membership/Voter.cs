namespace RnnActors.Training.Membership;

/// <summary>A member of a cluster, as another member sees it across a partition.</summary>
/// <param name="Name">Its unique address.</param>
/// <param name="Age">Its rank by age; the lowest is the oldest.</param>
public sealed record Voter(string Name, bool IsCandidate, int Age, bool IsReachable);
