namespace RnnActors.Training.Transfer;

/// <summary>A connection that a <see cref="ChannelListener"/> refused.</summary>
/// <param name="Address">The peer's address without its port, which changes each time.</param>
/// <param name="Reason">As a sentence without its full stop.</param>
/// <param name="HasGone">Whether the peer closed it before it was established, as killed nodes do.</param>
public sealed record RefusedConnection(string Address, string Reason, bool HasGone);
