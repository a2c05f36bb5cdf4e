namespace RnnActors.Training.Remote;

/// <summary>
/// The bytes of a node's channel, by steps: counted by the actor that speaks for the node, read by whoever asks for the cluster's status. What is sent ahead of a step
/// falls to one side of its beginning or the other, so it is the mean of some steps.
/// </summary>
internal sealed class NodeTraffic
{
    private const int Steps = 16;

    private readonly Lock _gate = new();
    private readonly Queue<(long Sent, long Received)> _beginnings = [];
    private (long Sent, long Received) _last;

    /// <summary>What was sent to the node in a step.</summary>
    public long SentPerStep
    {
        get
        {
            lock (_gate) return _beginnings.TryPeek(out var first) && _beginnings.Count > 1 ? (_last.Sent - first.Sent) / (_beginnings.Count - 1) : 0;
        }
    }

    /// <summary>What came back.</summary>
    public long ReceivedPerStep
    {
        get
        {
            lock (_gate) return _beginnings.TryPeek(out var first) && _beginnings.Count > 1 ? (_last.Received - first.Received) / (_beginnings.Count - 1) : 0;
        }
    }

    /// <summary>A step begins.</summary>
    /// <param name="sent">Since the channel was opened, as is <paramref name="received"/>.</param>
    public void Begin(long sent, long received)
    {
        lock (_gate)
        {
            _last = (sent, received);
            _beginnings.Enqueue(_last);
            if (_beginnings.Count > Steps + 1) _beginnings.Dequeue();
        }
    }
}
