using Akka;
using Akka.Actor;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>What a node's actors are told of the node.</summary>
/// <param name="NodeId">Made when the actor system starts: a node that was cut off and joins again is another one.</param>
/// <param name="Address">Where others reach it; the port is the one that it has, even where any free one was asked for.</param>
/// <param name="Credentials">Null for plain text.</param>
/// <param name="Report">Tells people what happens. It is quick, and may be called from any thread.</param>
public sealed record NodeContext(NodeOptions Options, string NodeId, HostAndPort Address, TlsCredentials? Credentials, Action<NodeEvent> Report);

/// <summary>The actors that a node runs.</summary>
/// <param name="Coordinator">The singleton: of it, one runs in the whole cluster, on the oldest candidate.</param>
/// <param name="Node">What runs on every node, at <see cref="ClusterPaths.Node"/>; null for nothing.</param>
internal sealed record NodeActors(Func<NodeContext, Props> Coordinator, Func<NodeContext, Props>? Node)
{
    /// <summary>Told to the coordinator before its node leaves: it answers <see cref="Done"/> when it can move at once; null for nothing.</summary>
    public object? PrepareHandOver { get; init; }

    /// <summary>Told to the coordinator when it is to move to another node: it stops when it is ready for that.</summary>
    public object HandOver { get; init; } = PoisonPill.Instance;

    /// <summary>Told to <see cref="Node"/> when the node leaves: it answers <see cref="Done"/> when nothing waits for it.</summary>
    public object? Leave { get; init; }
}
