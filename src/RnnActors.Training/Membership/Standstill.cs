namespace RnnActors.Training.Membership;

/// <summary>Notices that the process stood still (a debugger, a suspended machine): much more time has passed than between two pulses.</summary>
internal sealed class Standstill(TimeProvider time)
{
    /// <summary>Pulses are to be closer together than this; how long a standstill explains what happens after it.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(3), Remembered = TimeSpan.FromMinutes(1);

    private long _pulse = time.GetTimestamp(), _end;
    private TimeSpan _stood;

    /// <summary>How long it stood still the last time, where that was less than a minute ago; null otherwise.</summary>
    public TimeSpan? OfLate => _stood > TimeSpan.Zero && time.GetElapsedTime(_end) < Remembered ? _stood : null;

    /// <summary>A pulse.</summary>
    public void Feel()
    {
        long now = time.GetTimestamp();
        var gap = time.GetElapsedTime(_pulse, now);
        if (gap >= Least) (_stood, _end) = (gap, now);
        _pulse = now;
    }
}
