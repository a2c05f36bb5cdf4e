using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>How far a node is with its cluster.</summary>
public enum ClusterStanding
{
    /// <summary>It is in none and looks for one.</summary>
    Searching,

    /// <summary>It was let in and is about to be a member.</summary>
    Joining,

    /// <summary>It is a member.</summary>
    Member,
}

/// <summary>Where a node stands, as it says itself.</summary>
/// <param name="Address">Its own, as HOST:PORT.</param>
/// <param name="IsCandidate">Whether it may become the coordinator.</param>
/// <param name="MayForm">Whether it forms a cluster where it finds none.</param>
/// <param name="Epoch">The highest epoch of a coordinator that it has heard of.</param>
/// <param name="Coordinator">Where its cluster's coordinator is; null for none.</param>
/// <param name="Members">Of its cluster, as it sees them; 0 for none.</param>
[MessagePackObject]
public sealed record NodeStanding(
    [property: Key(0)] string Address,
    [property: Key(1)] bool IsCandidate,
    [property: Key(2)] ClusterStanding Standing,
    [property: Key(3)] bool MayForm,
    [property: Key(4)] long Epoch,
    [property: Key(5)] string? Coordinator,
    [property: Key(6)] int Members) : IWireMessage;

/// <summary>Where do you stand? Answered with <see cref="NodeStanding"/>.</summary>
/// <param name="Asker">Where the one that asks stands, so that both know of one another.</param>
[MessagePackObject]
public sealed record AskStanding([property: Key(0)] NodeStanding Asker) : IWireMessage;
