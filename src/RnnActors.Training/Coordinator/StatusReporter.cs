using Akka.Actor;
using Akka.Cluster;
using RnnActors.Training.Hosting;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>The coordinator of a cluster that has nothing to train: says who its members are.</summary>
public sealed class StatusReporter : ReceiveActor
{
    public StatusReporter(NodeContext node) =>
        Receive<GetStatus>(_ => Sender.Tell(new ClusterStatus(node.Address.ToString(), 0, MemberStatuses.Of(Cluster.Get(Context.System)), [], [], 0)));

    public static Props Props(NodeContext node) => Akka.Actor.Props.Create(() => new StatusReporter(node));
}
