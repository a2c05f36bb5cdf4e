namespace RnnActors.Training.Membership;

/// <summary>Published in a node's actor system: the others have gone on without it.</summary>
/// <param name="Coordinator">Theirs.</param>
internal sealed record Superseded(string Coordinator);
