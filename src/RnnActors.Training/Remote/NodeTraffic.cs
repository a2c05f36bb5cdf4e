namespace RnnActors.Training.Remote;

/// <summary>
/// Bytes on a node's channel in a step, as a mean of recent steps, for the cluster's status. Some are sent ahead of their step, so single steps would mislead.
/// </summary>
internal sealed class NodeTraffic
{
    private const int Steps = 16;

    private readonly Lock _gate = new();
    private readonly Queue<(long Sent, long Received)> _beginnings = [];
    private (long Sent, long Received) _last;

    /// <summary>Bytes sent to the node in a step.</summary>
    public long SentPerStep
    {
        get
        {
            lock (_gate) return _beginnings.TryPeek(out var first) && _beginnings.Count > 1 ? (_last.Sent - first.Sent) / (_beginnings.Count - 1) : 0;
        }
    }

    /// <summary>Bytes received from it in a step.</summary>
    public long ReceivedPerStep
    {
        get
        {
            lock (_gate) return _beginnings.TryPeek(out var first) && _beginnings.Count > 1 ? (_last.Received - first.Received) / (_beginnings.Count - 1) : 0;
        }
    }

    /// <summary>A step begins.</summary>
    /// <param name="sent">Bytes since the channel was opened, as is <paramref name="received"/>.</param>
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
