namespace RnnActors.Training.Remote;

/// <summary>An exponential backoff for failures that may pass, such as a full disk: 10 s at first, doubled each time, 5 min at most.</summary>
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

    /// <summary>Starts again at the first wait, after a success.</summary>
    public void Reset() => _next = First;
}
