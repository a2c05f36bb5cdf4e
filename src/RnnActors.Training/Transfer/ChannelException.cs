namespace RnnActors.Training.Transfer;

/// <summary>The other side of a channel does not keep to the protocol, or a limit was passed: the channel is over. The message is a sentence without its full stop.</summary>
internal sealed class ChannelException(string reason) : Exception(reason);
