namespace RnnActors.Training.Membership;

/// <summary>Published in a node's actor system: the others have removed this node.</summary>
/// <param name="Coordinator">Their coordinator.</param>
internal sealed record Superseded(string Coordinator);
