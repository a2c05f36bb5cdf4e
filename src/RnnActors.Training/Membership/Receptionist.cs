using Akka.Actor;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>What clients speak to: passes their messages on to the coordinator, wherever it is, whose answers go straight back to them.</summary>
public sealed class Receptionist : ReceiveActor
{
    public Receptionist(IActorRef coordinator) => Receive<IWireMessage>(message => coordinator.Forward(message));

    public static Props Props(IActorRef coordinator) => Akka.Actor.Props.Create(() => new Receptionist(coordinator));
}
