using Akka.Actor.Setup;

namespace RnnActors.Training.Membership;

/// <summary>The time by which a node notices that its process stood still.</summary>
public sealed class NodeClock(TimeProvider time) : Setup
{
    public TimeProvider Time { get; } = time;
}
