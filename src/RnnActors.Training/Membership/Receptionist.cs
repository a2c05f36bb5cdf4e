using Akka.Actor;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Membership;

/// <summary>
/// The contact point of clients: it forwards their messages to the coordinator, which answers them directly. It tells this node's standing to nodes that look
/// for a cluster, or for other clusters.
/// </summary>
public sealed class Receptionist : ReceiveActor
{
    /// <param name="standing">This node's standing.</param>
    /// <param name="members">The addresses of its cluster's members.</param>
    /// <param name="meet">Called with each node that asks.</param>
    public Receptionist(IActorRef coordinator, Func<NodeStanding> standing, Func<IEnumerable<string>> members, Action<NodeStanding> meet)
    {
        Receive<AskStanding>(asked =>
        {
            meet(asked.Asker);
            var own = standing();
            if (SupersedingRule.IsSuperseded(own, members(), asked.Asker))
            {
                // No other cluster must end for this one, which no longer exists.
                own = own with { Standing = ClusterStanding.Searching, Coordinator = null, Members = 0 };
                Context.System.EventStream.Publish(new Superseded(asked.Asker.Address));
            }

            Sender.Tell(own);
        });
        Receive<IWireMessage>(ClientRights.IsOfClient, coordinator.Forward);
    }

    public static Props Props(IActorRef coordinator, Func<NodeStanding> standing, Func<IEnumerable<string>> members, Action<NodeStanding> meet) =>
        Akka.Actor.Props.Create(() => new Receptionist(coordinator, standing, members, meet));
}
