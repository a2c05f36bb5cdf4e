namespace RnnActors.Training.Coordinator;

/// <summary>Deadlines of steps, from the durations of the last ones: after a deadline a step's missing shards are given to others too.</summary>
internal sealed class StepDeadlines
{
    private const int Kept = 15, Patience = 3;

    /// <summary>Leaves the rest of two seconds for computing the shards of a short step again.</summary>
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(1.8);

    /// <summary>Before anything is measured: the first step compiles code and allocates memory.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(30);

    private readonly Queue<TimeSpan> _times = new();

    /// <summary>Three times the median duration of the last steps, and at least 1.8 s.</summary>
    public TimeSpan Deadline => _times.Count == 0 ? Unknown : Of(_times.Order().ElementAt(_times.Count / 2));

    /// <summary>The deadline of work whose duration is estimated.</summary>
    /// <param name="seconds">The estimate; 0 where there is none.</param>
    public static TimeSpan DeadlineOf(double seconds) => seconds > 0 ? Of(TimeSpan.FromSeconds(Math.Min(seconds, 1e6))) : Unknown;

    public void Add(TimeSpan time)
    {
        if (_times.Count == Kept) _times.Dequeue();
        _times.Enqueue(time);
    }

    private static TimeSpan Of(TimeSpan time) => Patience * time > Min ? Patience * time : Min;
}
