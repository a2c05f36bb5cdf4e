namespace RnnActors.Training.Coordinator;

/// <summary>The bytes of a node's channel, by steps: counted by the actor that speaks for the node, read by whoever asks for the cluster's status.</summary>
internal sealed class NodeTraffic
{
    private long _sent, _received, _sentBefore, _receivedBefore;

    /// <summary>What was sent to the node in the last whole step.</summary>
    public long SentPerStep => Interlocked.Read(ref _sent);

    /// <summary>What came back.</summary>
    public long ReceivedPerStep => Interlocked.Read(ref _received);

    /// <summary>A step begins.</summary>
    /// <param name="sent">Since the channel was opened, as is <paramref name="received"/>.</param>
    public void Begin(long sent, long received)
    {
        Interlocked.Exchange(ref _sent, sent - _sentBefore);
        Interlocked.Exchange(ref _received, received - _receivedBefore);
        (_sentBefore, _receivedBefore) = (sent, received);
    }
}
