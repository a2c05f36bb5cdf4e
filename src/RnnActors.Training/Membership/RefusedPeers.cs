namespace RnnActors.Training.Membership;

/// <summary>Who was turned away of late: whoever knocks again and again is told of once in a while. Any thread may call.</summary>
internal sealed class RefusedPeers(TimeProvider time)
{
    /// <summary>More than knock at a node at once, unless somebody wants to fill its memory.</summary>
    private const int Max = 1000;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly OrderedDictionary<string, long> _peers = [];

    /// <summary>Whether nobody has been told of this one for a while.</summary>
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
