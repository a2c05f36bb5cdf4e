using Akka.Actor;

namespace RnnActors.Training.Remote;

/// <summary>
/// Says messages to another process again, every second, until they are answered: between machines they may be lost. The actor says what it receives as
/// <see cref="Due"/>; an actor that ends says nothing any more.
/// </summary>
internal sealed class Retransmission(IWithTimers actor)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>To the actor itself: nobody has answered yet.</summary>
    public sealed record Due(IActorRef To, object Message)
    {
        public void Say() => To.Tell(Message);
    }

    /// <summary>Says it now and again. A message of the same type that was said before has been overtaken.</summary>
    public void Say<T>(IActorRef to, T message)
        where T : notnull
    {
        var due = new Due(to, message);
        due.Say();
        actor.Timers.StartPeriodicTimer(typeof(T), due, Every);
    }

    /// <summary>It has been answered, or is no longer of interest.</summary>
    public void End<T>() => actor.Timers.Cancel(typeof(T));
}
