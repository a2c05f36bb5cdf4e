namespace RnnActors.Cli.Tests.Benchmarks;

/// <summary>A clock that stands still until it is told.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => 1 << 20;

    public void Pass(double seconds) => _ticks += (long)(seconds * TimestampFrequency);

    public override long GetTimestamp() => _ticks;
}
