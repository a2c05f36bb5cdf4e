namespace RnnActors.Cli.Benchmarks;

/// <summary>
/// Times the steps of runs that take turns of a tenth of a second, or of one step: A, B, A, B, …, A. Other programs slow a machine down for seconds, and so
/// slow both of two adjacent turns alike. Each run's first turn is a warm-up and does not count, nor does the first step of a turn of several, since its
/// threads have slept.
/// </summary>
/// <param name="runs">The number of runs; the first one is the reference.</param>
/// <param name="wanted">How long the first run is measured at least; the others get as many turns, minus one.</param>
internal sealed class TurnClock(int runs, TimeSpan wanted, TimeProvider clock)
{
    private const int WarmUpSteps = 3, MinPairs = 3;

    private static readonly TimeSpan TurnLength = TimeSpan.FromSeconds(0.1);

    private readonly TurnTimes[] _times = [.. Enumerable.Range(0, runs).Select(_ => new TurnTimes())];
    private readonly TimeSpan _warmUp = wanted / 4;
    private long _began, _last;
    private int _steps;
    private bool _isWarm;

    /// <summary>The run whose turn it is.</summary>
    public int Run { get; private set; }

    /// <summary>Whether everything is measured.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The times of each run.</summary>
    public IReadOnlyList<TurnTimes> Times => _times;

    /// <summary>Called when <see cref="Run"/>'s turn begins.</summary>
    public void Begin()
    {
        _began = _last = clock.GetTimestamp();
        _steps = 0;
    }

    /// <summary>Called at the end of each of <see cref="Run"/>'s steps.</summary>
    /// <returns>Whether its turn is over.</returns>
    public bool StepEnded()
    {
        long now = clock.GetTimestamp();
        double seconds = (now - _last) / (double)clock.TimestampFrequency;
        _last = now;
        _steps++;
        var times = _times[Run];
        if (!_isWarm)
        {
            if (_steps < WarmUpSteps || clock.GetElapsedTime(_began, now) < _warmUp) return false;
        }
        else
        {
            if (_steps == 1 && seconds < TurnLength.TotalSeconds) return false;
            times.Add(seconds);
            if (times.OfTurn < TurnLength.TotalSeconds) return false;
            times.EndTurn();
        }

        Next();
        return true;
    }

    private void Next()
    {
        // The reference run needs a turn before and after each turn of the others.
        IsOver = Run == 0 && _times[0].Turns > MinPairs && _times[0].Seconds >= wanted.TotalSeconds;
        if (IsOver) return;
        Run = (Run + 1) % runs;
        _isWarm |= Run == 0;
    }
}
