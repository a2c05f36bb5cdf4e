namespace RnnActors.Training.Transfer;

/// <summary>A channel has ended: the peer violated the protocol, or a limit was passed. The message is a sentence without its full stop.</summary>
internal sealed class ChannelException(string reason) : Exception(reason);
