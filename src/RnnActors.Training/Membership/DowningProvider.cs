using Akka.Actor;
using Akka.Cluster;

namespace RnnActors.Training.Membership;

/// <summary>Makes Akka.Cluster apply <see cref="DowningRule"/>; named in <c>cluster.conf</c>.</summary>
/// <param name="cluster">The cluster extension, which the system cannot give yet.</param>
public sealed class DowningProvider(ActorSystem system, Cluster cluster) : IDowningProvider
{
    /// <summary>Zero: the epoch fences writes of a removed coordinator, so its successor need not wait.</summary>
    public TimeSpan DownRemovalMargin => TimeSpan.Zero;

    public Props DowningActorProps => DowningActor.Props(
        cluster, system.Settings.Config.GetTimeSpan("akka.cluster.failure-detector.acceptable-heartbeat-pause"),
        system.Settings.Config.GetTimeSpan("rnnactors.down-after"),
        system.Settings.Setup.Get<NodeEnd>().GetOrElse(new NodeEnd()),
            system.Settings.Setup.Get<NodeClock>().GetOrElse(new NodeClock(TimeProvider.System)).Time);
}
