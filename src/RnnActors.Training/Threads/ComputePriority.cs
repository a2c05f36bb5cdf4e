using Akka.Actor;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Training.Threads;

/// <summary>
/// Gives computing threads a low priority where something else must not wait for them: heartbeats of a cluster's node, or requests of a web process. .NET's
/// thread priorities have no effect on Linux, so there it is niceness and affinity, or the scheduler's idle policy. A process that only trains keeps its full
/// share.
/// </summary>
internal static class ComputePriority
{
    /// <summary>The setting of an actor system whose computing takes only idle processor time.</summary>
    internal const string RestSetting = "rnnactors.takes-the-rest";

    /// <summary>A thread gets about a third of the processor time of one with niceness 0: it never starves and is never in the way.</summary>
    internal const int Niceness = 5;

    /// <summary>The share of the machine for the computing threads of an actor system.</summary>
    public static ComputeShare ShareOf(ActorSystem system) =>
        system.Settings.HasCluster ? ComputeShare.Cluster
            : system.Settings.Config.GetBoolean(RestSetting) ? ComputeShare.Rest
            : ComputeShare.Full;

    /// <summary>Lowers the calling thread's priority for good. Threads that it starts inherit it.</summary>
    /// <param name="threads">How many threads of the process compute with this share.</param>
    /// <param name="isStartedByLowered">Whether a thread with this share started it, so that Linux has passed the priority on.</param>
    public static void Lower(ComputeShare share, int threads, bool isStartedByLowered = false)
    {
        if (share == ComputeShare.Rest && OperatingSystem.IsLinux())
        {
            // .NET's priority, set later, would restore the normal policy.
            if (!BackgroundThread.TryStepAside(threads) && !BackgroundThread.TryTakeIdlePolicy()) _ = BackgroundThread.TryRenice(BackgroundThread.MaxNiceness);
            return;
        }

        Thread.CurrentThread.Priority = share == ComputeShare.Rest ? ThreadPriority.Lowest : ThreadPriority.BelowNormal;
        if (share == ComputeShare.Cluster && !isStartedByLowered) _ = BackgroundThread.TryRenice(Niceness);
    }
}
