using Akka.Event;

namespace RnnActors.Training.ActorSystems;

/// <summary>
/// Stands in for Akka's console before the loggers have started and after they have ended, named in <c>cluster.conf</c>: a node that goes would else show its users what
/// became of connections that others still open.
/// </summary>
public sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
    }
}
