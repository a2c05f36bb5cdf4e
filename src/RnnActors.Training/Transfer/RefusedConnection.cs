namespace RnnActors.Training.Transfer;

/// <summary>A connection that a <see cref="ChannelListener"/> has turned away.</summary>
/// <param name="Address">The address that opened it, without its port, which is another one each time.</param>
/// <param name="Reason">As a sentence without its full stop.</param>
/// <param name="HasGone">Whether it ended by itself before it stood, as those of nodes that are killed do.</param>
public sealed record RefusedConnection(string Address, string Reason, bool HasGone);
