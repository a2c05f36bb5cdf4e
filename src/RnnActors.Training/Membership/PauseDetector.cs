namespace RnnActors.Training.Membership;

/// <summary>Notices that the process stood still (a debugger, a suspended machine): much more time has passed than between two pulses.</summary>
internal sealed class PauseDetector(TimeProvider time)
{
    /// <summary>Pulses are to be closer together than this; how long a standstill explains what happens after it.</summary>
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(3), Remembered = TimeSpan.FromMinutes(1);

    private long _pulse = time.GetTimestamp(), _end;
    private TimeSpan _stood;

    /// <summary>How long it stood still the last time, where that was less than a minute ago; null otherwise.</summary>
    public TimeSpan? OfLate => _stood > TimeSpan.Zero && time.GetElapsedTime(_end) < Remembered ? _stood : null;

    /// <summary>
    /// How much longer others are not to be judged by what was heard of them: words that waited while this process stood still make those seem present who have long gone
    /// on without it.
    /// </summary>
    /// <param name="settling">How long after a standstill what was heard may be of before it.</param>
    public TimeSpan Unsettled(TimeSpan settling)
    {
        if (_stood == TimeSpan.Zero) return TimeSpan.Zero;
        var left = settling - time.GetElapsedTime(_end);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>A pulse.</summary>
    public void Feel()
    {
        long now = time.GetTimestamp();
        var gap = time.GetElapsedTime(_pulse, now);
        if (gap >= Min) (_stood, _end) = (gap, now);
        _pulse = now;
    }
}
