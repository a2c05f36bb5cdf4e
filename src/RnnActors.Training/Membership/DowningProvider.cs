using Akka.Actor;
using Akka.Cluster;

namespace RnnActors.Training.Membership;

/// <summary>Has Akka.Cluster decide by <see cref="DowningRule"/> what becomes of members that are not reached; named in <c>cluster.conf</c>.</summary>
/// <param name="cluster">The extension, which is not yet to be had from the system when this is made.</param>
public sealed class DowningProvider(ActorSystem system, Cluster cluster) : IDowningProvider
{
    /// <summary>What a removed coordinator still writes is fenced by its epoch, so its successor need not wait for it.</summary>
    public TimeSpan DownRemovalMargin => TimeSpan.Zero;

    public Props DowningActorProps => DowningActor.Props(
        cluster, system.Settings.Config.GetTimeSpan("akka.cluster.failure-detector.acceptable-heartbeat-pause"), system.Settings.Config.GetTimeSpan("rnnactors.down-after"),
        system.Settings.Setup.Get<NodeEnd>().GetOrElse(new NodeEnd()), system.Settings.Setup.Get<NodeClock>().GetOrElse(new NodeClock(TimeProvider.System)).Time);
}
