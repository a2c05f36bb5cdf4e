using Akka.Actor;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>What ties a node to its coordinator: it ends with the channel, and another one is made.</summary>
/// <param name="Epoch">Of the coordinator.</param>
/// <param name="Peer">The actor that speaks for this node in the coordinator's process.</param>
internal sealed record NodeLink(long Epoch, IActorRef Peer, TensorChannel Channel, ChannelSink Sink);
