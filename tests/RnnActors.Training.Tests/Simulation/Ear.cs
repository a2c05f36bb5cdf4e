using Akka.Actor;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>What the product takes for an actor. Messages come one after the other, soon after they were sent, while the process lives.</summary>
internal sealed class Ear(World world, Life life, Action<object> hear) : MinimalActorRef
{
    private static readonly ActorPath AnyPath = new RootActorPath(Address.AllSystems) / "simulated";

    private TimeSpan _last;

    public override ActorPath Path => AnyPath;

    public override IActorRefProvider Provider => throw new NotSupportedException();

    protected override void TellInternal(object message, IActorRef sender)
    {
        var due = world.Timeline.Now + TimeSpan.FromTicks(world.Random.Next(2000));
        _last = due > _last ? due : _last;
        world.Timeline.In(_last - world.Timeline.Now, life, () => hear(message));
    }
}
