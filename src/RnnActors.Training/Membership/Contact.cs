using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>A node that another one knows of and has looked for.</summary>
/// <param name="MayBeCandidate">Whether it could be the coordinator of a cluster: yes, where nothing is known of it.</param>
/// <param name="IsGone">Whether its machine says that no such process is there.</param>
/// <param name="Standing">What it answered; null where it did not.</param>
public sealed record Contact(bool MayBeCandidate, bool IsGone, NodeStanding? Standing);
