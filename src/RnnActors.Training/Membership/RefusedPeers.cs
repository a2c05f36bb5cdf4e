namespace RnnActors.Training.Membership;

/// <summary>Remembers refused peers, so that each is reported once in a while. Thread-safe.</summary>
internal sealed class RefusedPeers(TimeProvider time)
{
    /// <summary>The maximum number of remembered peers, so that strangers cannot fill the memory.</summary>
    private const int Max = 1000;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly OrderedDictionary<string, long> _peers = [];

    /// <summary>Whether this peer was not reported for a while.</summary>
    public bool IsNews(string peer)
    {
        lock (_peers)
        {
            if (_peers.TryGetValue(peer, out long told) && time.GetElapsedTime(told) < Remembered) return false;
            _peers.Remove(peer);
            if (_peers.Count == Max) _peers.RemoveAt(0);
            _peers.Add(peer, time.GetTimestamp());
            return true;
        }
    }
}
