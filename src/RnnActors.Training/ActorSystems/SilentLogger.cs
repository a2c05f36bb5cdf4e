using Akka.Event;

namespace RnnActors.Training.ActorSystems;

/// <summary>
/// Replaces Akka's console logger before the loggers have started and after they have ended, so that a stopping node does not print what became of
/// connections that others still open. Named in <c>cluster.conf</c>.
/// </summary>
public sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
    }
}
