using Akka.Actor;

namespace RnnActors.Training.Remote;

/// <summary>
/// Sends messages to another process every second until they are answered (at-least-once delivery). The actor calls <see cref="Due.Say"/> for each
/// <see cref="Due"/> that it receives. It ends with the actor.
/// </summary>
internal sealed class Retransmission(IWithTimers actor)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>To the actor itself: no answer has come yet.</summary>
    public sealed record Due(IActorRef To, object Message)
    {
        public void Say() => To.Tell(Message);
    }

    /// <summary>Sends a message now and repeatedly, in place of an earlier one of the same type and subject.</summary>
    /// <param name="about">The subject; null if there is only one message of the type.</param>
    public void Say<T>(IActorRef to, T message, string? about = null)
        where T : notnull
    {
        var due = new Due(to, message);
        due.Say();
        actor.Timers.StartPeriodicTimer((typeof(T), about), due, Every);
    }

    /// <summary>Stops sending: the message was answered, or is obsolete.</summary>
    public void End<T>(string? about = null) => actor.Timers.Cancel((typeof(T), about));
}
