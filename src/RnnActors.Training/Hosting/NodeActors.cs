using Akka;
using Akka.Actor;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;
using RnnActors.Training.Membership;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>The node, as its actors see it.</summary>
/// <param name="NodeId">Created with the actor system: a node that was cut off and joins again has a new one.</param>
/// <param name="Address">Its address, with the actual port where the options say 0.</param>
/// <param name="Credentials">Null for plain text.</param>
/// <param name="Report">Reports events to people. It is quick and thread-safe.</param>
public sealed record NodeContext(
    NodeOptions Options, string NodeId, string ProcessId, HostAndPort Address, TlsCredentials? Credentials, Action<NodeEvent> Report)
{
    /// <summary>What keeps the node from taking part.</summary>
    public NodeReadiness Readiness { get; init; } = new();

    /// <summary>What the node's parts need in its directory, so that it is not deleted.</summary>
    internal StorageUse Use { get; } = new();
}

/// <summary>The actors that a node runs.</summary>
/// <param name="Coordinator">The cluster singleton, which runs on the oldest candidate.</param>
/// <param name="Node">The actor on every node, at <see cref="ClusterPaths.Node"/>; null for none.</param>
internal sealed record NodeActors(Func<NodeContext, Props> Coordinator, Func<NodeContext, Props>? Node)
{
    /// <summary>Sent to the coordinator before its node leaves: it answers <see cref="Done"/> when it can move at once; null for none.</summary>
    public object? PrepareHandOver { get; init; }

    /// <summary>Sent to the coordinator when it moves to another node: it stops when it is ready.</summary>
    public object HandOver { get; init; } = PoisonPill.Instance;

    /// <summary>Sent to <see cref="Node"/> when the node leaves: it answers <see cref="Done"/> when nothing waits for it.</summary>
    public object? Leave { get; init; }
}
