using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>A node's relation to a cluster.</summary>
public enum ClusterStanding
{
    /// <summary>It is in no cluster and looks for one.</summary>
    Searching,

    /// <summary>It was let in and is not a member yet.</summary>
    Joining,

    /// <summary>It is a member.</summary>
    Member,
}

/// <summary>A node's own account of where it stands.</summary>
/// <param name="Address">Its own, as HOST:PORT.</param>
/// <param name="IsCandidate">Whether it may become the coordinator.</param>
/// <param name="MayForm">Whether it may form a cluster if it finds none.</param>
/// <param name="Epoch">The highest coordinator epoch that it knows.</param>
/// <param name="Coordinator">The address of its cluster's coordinator; null for none.</param>
/// <param name="Members">How many members its cluster has, as it sees it; 0 for none.</param>
[MessagePackObject]
public sealed record NodeStanding(
    [property: Key(0)] string Address,
    [property: Key(1)] bool IsCandidate,
    [property: Key(2)] ClusterStanding Standing,
    [property: Key(3)] bool MayForm,
    [property: Key(4)] long Epoch,
    [property: Key(5)] string? Coordinator,
    [property: Key(6)] int Members) : IWireMessage;

/// <summary>Asks a node for its standing. Answered with <see cref="NodeStanding"/>.</summary>
/// <param name="Asker">The standing of the asking node, so that both know of each other.</param>
[MessagePackObject]
public sealed record AskStanding([property: Key(0)] NodeStanding Asker) : IWireMessage;
