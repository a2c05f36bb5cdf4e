using Akka.Event;

namespace RnnActors.Training.ActorSystems;

/// <summary>
/// Replaces Akka's console logger before the loggers have started and after they have ended. A stopping node then prints nothing about connections that others
/// still have open. Named in <c>cluster.conf</c>.
/// </summary>
public sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
    }
}
