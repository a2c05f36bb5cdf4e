namespace RnnActors.Runs.Sessions;

/// <summary>
/// Counts steps and measures their recent pace: over the last minute, so that neither a wait before the first step nor what was an hour ago counts.
/// </summary>
public sealed class Pace(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1), BetweenMarks = TimeSpan.FromSeconds(1);

    private readonly Queue<(long Time, long Steps)> _marks = [];
    private (long Time, long Steps) _newest, _lastMark;

    /// <summary>Number of steps counted.</summary>
    public long Steps => _newest.Steps;

    /// <summary>Recent time per step; null before the second step.</summary>
    public TimeSpan? PerStep => _marks.TryPeek(out var oldest) && _newest.Steps > oldest.Steps
        ? clock.GetElapsedTime(oldest.Time, _newest.Time) / (_newest.Steps - oldest.Steps)
        : null;

    /// <summary>Counts a step that is done.</summary>
    public void Count()
    {
        _newest = (clock.GetTimestamp(), _newest.Steps + 1);
        if (_marks.Count > 0 && clock.GetElapsedTime(_lastMark.Time, _newest.Time) < BetweenMarks) return;
        _marks.Enqueue(_lastMark = _newest);
        // The oldest mark lies a whole window back, or at the first step.
        while (_marks.Count > 2 && clock.GetElapsedTime(_marks.ElementAt(1).Time, _newest.Time) >= Window) _marks.Dequeue();
    }
}
