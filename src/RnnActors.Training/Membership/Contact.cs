using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>The result of looking for a known node.</summary>
/// <param name="MayBeCandidate">Whether it may be a candidate; true if nothing is known of it.</param>
/// <param name="IsGone">Whether its machine refused the connection: the process is gone.</param>
/// <param name="Standing">Its answer; null for none.</param>
public sealed record Contact(bool MayBeCandidate, bool IsGone, NodeStanding? Standing);
