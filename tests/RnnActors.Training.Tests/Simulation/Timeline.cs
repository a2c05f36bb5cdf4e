namespace RnnActors.Training.Tests.Simulation;

/// <summary>The one queue of events, in virtual time. What concerns a process that hangs waits
/// until it wakes, in order; of one that has ended, it never happens.</summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<(Life? Life, Action Happen), (TimeSpan Due, long Number)> _events = new();
    private long _number;

    public TimeSpan Now { get; private set; }

    public void In(TimeSpan delay, Life? life, Action happen) => _events.Enqueue((life, happen), (Now + delay, _number++));

    /// <summary>Lets the next event happen.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Next()
    {
        if (!_events.TryDequeue(out var next, out var at)) return false;
        Now = at.Due;
        if (next.Life is not { } life) next.Happen();
        else if (life.HangsUntil > Now) _events.Enqueue(next, (life.HangsUntil, _number++));
        else if (!life.IsOver) next.Happen();
        return true;
    }
}
