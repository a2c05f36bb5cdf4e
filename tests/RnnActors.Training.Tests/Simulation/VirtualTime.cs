namespace RnnActors.Training.Tests.Simulation;

/// <summary>The clock of a <see cref="Timeline"/>.</summary>
internal sealed class VirtualTime(Timeline timeline) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => timeline.Now.Ticks;
}
