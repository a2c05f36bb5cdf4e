namespace RnnActors.Training.Client;

/// <summary>The cluster does not take the run, or cannot be reached.</summary>
/// <param name="reason">As a sentence without its full stop.</param>
public sealed class ClusterRefusalException(string reason) : Exception(reason);
