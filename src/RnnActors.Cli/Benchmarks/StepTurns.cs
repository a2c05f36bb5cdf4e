namespace RnnActors.Cli.Benchmarks;

/// <summary>
/// Lets one of several runs continue at a time, by a <see cref="TurnClock"/>. A run waits in the observer of its steps, which training waits for.
/// </summary>
internal sealed class StepTurns(int runs, TurnClock clock) : IDisposable
{
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, runs).Select(_ => new SemaphoreSlim(0))];
    private readonly bool[] _hasStarted = new bool[runs];
    private int _started;
    private volatile bool _isOver;

    /// <summary>Called at the end of each of a run's steps; returns when the run may continue, or must end.</summary>
    /// <returns>Whether it may continue.</returns>
    public bool StepEnded(int run)
    {
        if (_isOver) return false;
        if (!_hasStarted[run])
        {
            // Until every run has made a step, so that none starts up while another is timed.
            _hasStarted[run] = true;
            if (Interlocked.Increment(ref _started) == runs) _gates[clock.Run].Release();
        }
        else
        {
            if (!clock.StepEnded()) return true;
            if (clock.IsOver) End();
            else _gates[clock.Run].Release();
        }

        _gates[run].Wait();
        if (_isOver) return false;
        clock.Begin();
        return true;
    }

    /// <summary>Lets all runs end: everything is measured, or one of them has failed.</summary>
    public void End()
    {
        _isOver = true;
        foreach (var gate in _gates) gate.Release();
    }

    public void Dispose()
    {
        foreach (var gate in _gates) gate.Dispose();
    }
}
