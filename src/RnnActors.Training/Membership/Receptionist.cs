using Akka.Actor;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>
/// What clients speak to: passes their messages on to the coordinator, wherever it is, whose answers go straight back to them. To nodes that look for a cluster, or for
/// others beside their own, it says itself where this one stands.
/// </summary>
public sealed class Receptionist : ReceiveActor
{
    /// <param name="standing">Where this node stands.</param>
    /// <param name="members">The addresses of its cluster's members.</param>
    /// <param name="meet">Told of the nodes that ask.</param>
    public Receptionist(IActorRef coordinator, Func<NodeStanding> standing, Func<IEnumerable<string>> members, Action<NodeStanding> meet)
    {
        Receive<AskStanding>(asked =>
        {
            meet(asked.Asker);
            var own = standing();
            if (SupersedingRule.IsSuperseded(own, members(), asked.Asker))
            {
                // Nobody is to give way to what this node takes for its cluster.
                own = own with { Standing = ClusterStanding.Searching, Coordinator = null, Members = 0 };
                Context.System.EventStream.Publish(new Superseded(asked.Asker.Address));
            }

            Sender.Tell(own);
        });
        Receive<IWireMessage>(message => coordinator.Forward(message));
    }

    public static Props Props(IActorRef coordinator, Func<NodeStanding> standing, Func<IEnumerable<string>> members, Action<NodeStanding> meet) =>
        Akka.Actor.Props.Create(() => new Receptionist(coordinator, standing, members, meet));
}
