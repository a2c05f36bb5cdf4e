using Akka.Actor.Setup;

namespace RnnActors.Training.Membership;

/// <summary>The clock of a node's pause detector.</summary>
public sealed class NodeClock(TimeProvider time) : Setup
{
    public TimeProvider Time { get; } = time;
}
