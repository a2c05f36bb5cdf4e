namespace RnnActors.Training.Remote;

/// <summary>
/// How long to wait before something is tried again that failed for a reason which may pass, as a full disk: 10 s at first, twice as long each time, 5 min at most, so that
/// data are not sent in vain all the time.
/// </summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromMinutes(5);

    private TimeSpan _next = First;

    /// <summary>The wait after this failure.</summary>
    public TimeSpan Next()
    {
        var wait = _next;
        _next = TimeSpan.FromTicks(Math.Min(2 * wait.Ticks, Longest.Ticks));
        return wait;
    }

    /// <summary>It has succeeded.</summary>
    public void Reset() => _next = First;
}
