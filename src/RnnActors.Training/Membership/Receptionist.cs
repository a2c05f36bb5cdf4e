using Akka.Actor;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>
/// What clients speak to: passes their messages on to the coordinator, wherever it is, whose answers go straight back to them. To nodes that look for a cluster it says
/// itself where this one stands.
/// </summary>
public sealed class Receptionist : ReceiveActor
{
    /// <param name="standing">Where this node stands.</param>
    /// <param name="meet">Told of the nodes that ask.</param>
    public Receptionist(IActorRef coordinator, Func<NodeStanding> standing, Action<NodeStanding> meet)
    {
        Receive<AskStanding>(asked =>
        {
            meet(asked.Asker);
            Sender.Tell(standing());
        });
        Receive<IWireMessage>(message => coordinator.Forward(message));
    }

    public static Props Props(IActorRef coordinator, Func<NodeStanding> standing, Action<NodeStanding> meet) =>
        Akka.Actor.Props.Create(() => new Receptionist(coordinator, standing, meet));
}
