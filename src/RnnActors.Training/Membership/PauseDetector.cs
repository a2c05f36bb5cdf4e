namespace RnnActors.Training.Membership;

/// <summary>Detects that the process was paused (a debugger, a suspended machine): far more time than usual passed between two pulses.</summary>
internal sealed class PauseDetector(TimeProvider time)
{
    /// <summary>The shortest gap between pulses that counts as a pause, and how long a pause explains what follows.</summary>
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(3), Remembered = TimeSpan.FromMinutes(1);

    private long _pulse = time.GetTimestamp(), _end;
    private TimeSpan _stood;

    /// <summary>The length of the last pause, if it ended less than a minute ago; null otherwise.</summary>
    public TimeSpan? OfLate => _stood > TimeSpan.Zero && time.GetElapsedTime(_end) < Remembered ? _stood : null;

    /// <summary>
    /// How much longer this node must not judge others. Heartbeats that queued during the pause make members seem alive that went on without this node long
    /// ago.
    /// </summary>
    /// <param name="settling">How long after a pause heartbeats may still be from before it.</param>
    public TimeSpan Unsettled(TimeSpan settling)
    {
        if (_stood == TimeSpan.Zero) return TimeSpan.Zero;
        var left = settling - time.GetElapsedTime(_end);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Records a pulse.</summary>
    public void Feel()
    {
        long now = time.GetTimestamp();
        var gap = time.GetElapsedTime(_pulse, now);
        if (gap >= Min) (_stood, _end) = (gap, now);
        _pulse = now;
    }
}
