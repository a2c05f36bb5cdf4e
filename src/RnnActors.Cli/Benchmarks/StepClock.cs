namespace RnnActors.Cli.Benchmarks;

/// <summary>
/// Times steps from the end of one to the end of the next. The first ones are not counted, until code is compiled and caches are warm: at least three, and for
/// a quarter of the measured time.
/// </summary>
internal sealed class StepClock(TimeSpan wanted, TimeProvider clock)
{
    private const int WarmUpSteps = 3, MinSteps = 3;

    private readonly TimeSpan _warmUp = wanted / 4;
    private readonly long _began = clock.GetTimestamp();
    private readonly List<double> _seconds = [];
    private int _steps;
    private long? _first;
    private long _last;

    /// <summary>The duration of each counted step.</summary>
    public StepTimes Times => new(_seconds);

    /// <summary>Called at the end of each step.</summary>
    /// <returns>Whether to stop: the wanted time has passed and three steps are measured.</returns>
    public bool StepEnded()
    {
        long now = clock.GetTimestamp();
        if (_first is not { } first)
        {
            if (++_steps >= WarmUpSteps && clock.GetElapsedTime(_began, now) >= _warmUp) _first = _last = now;
            return false;
        }

        _seconds.Add((now - _last) / (double)clock.TimestampFrequency); // not as a TimeSpan, whose resolution is 100 ns
        _last = now;
        return _seconds.Count >= MinSteps && clock.GetElapsedTime(first, now) >= wanted;
    }
}
