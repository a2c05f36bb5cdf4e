namespace RnnActors.Training.Coordinator;

/// <summary>How long the last steps took, and so how long one may take before its shards are given to others.</summary>
internal sealed class StepDeadlines
{
    private const int Kept = 15, Patience = 3;

    /// <summary>With the rest of two seconds for computing the shards of a short step anew.</summary>
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(1.8);

    /// <summary>Before anything is known: the first step compiles code and takes memory.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(30);

    private readonly Queue<TimeSpan> _times = new();

    /// <summary>When a step or validation is late: three times the median of the last steps, and never less than 1.8 s.</summary>
    public TimeSpan Deadline => _times.Count == 0 ? Unknown : Of(_times.Order().ElementAt(_times.Count / 2));

    /// <summary>When work of which an estimate is known is late.</summary>
    /// <param name="seconds">The estimate; 0 where there is none.</param>
    public static TimeSpan DeadlineOf(double seconds) => seconds > 0 ? Of(TimeSpan.FromSeconds(Math.Min(seconds, 1e6))) : Unknown;

    public void Add(TimeSpan time)
    {
        if (_times.Count == Kept) _times.Dequeue();
        _times.Enqueue(time);
    }

    private static TimeSpan Of(TimeSpan time) => Patience * time > Min ? Patience * time : Min;
}
