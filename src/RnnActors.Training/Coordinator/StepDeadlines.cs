namespace RnnActors.Training.Coordinator;

/// <summary>The deadline of a step, from the durations of the last ones. When it passes, the step's missing shards are given to other nodes too.</summary>
internal sealed class StepDeadlines
{
    private const int Kept = 15, Patience = 3;

    /// <summary>The shortest deadline. Of two seconds, it leaves time to compute the shards of a short step again.</summary>
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(1.8);

    /// <summary>The deadline before anything is measured: the first step compiles code and allocates memory.</summary>
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
