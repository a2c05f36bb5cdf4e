using Akka.Actor;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>A node's connection to its coordinator. It ends with the channel; then another one is made.</summary>
/// <param name="Epoch">The coordinator's epoch.</param>
/// <param name="Peer">The actor that represents this node in the coordinator's process.</param>
internal sealed record NodeLink(long Epoch, IActorRef Peer, TensorChannel Channel, ChannelSink Sink);
