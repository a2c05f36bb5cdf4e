using System.Runtime.InteropServices;
using Akka.Actor;

namespace RnnActors.Training.Threads;

/// <summary>
/// Gives computing threads a low priority where something else must not wait for them: heartbeats of a cluster's node, which otherwise looks dead, or requests
/// of a web process. The thread priorities of .NET have no effect on Linux, so there it is niceness, or the scheduler's idle policy. A process that trains
/// alone keeps its full share of the machine.
/// </summary>
internal static class ComputePriority
{
    /// <summary>Where an actor system says that its computing takes the rest of the machine alone.</summary>
    internal const string RestSetting = "rnnactors.takes-the-rest";

    /// <summary>About a third of the processor time of a thread with niceness 0: it never starves and is never in the way.</summary>
    internal const int Niceness = 5;

    /// <summary>Linux's SCHED_IDLE: a thread of another policy that wakes takes the processor at once.</summary>
    internal const int IdlePolicy = 5;

    /// <summary>The lowest priority that there is with the usual policy.</summary>
    private const int HighestNiceness = 19;

    /// <summary>What the computing threads of an actor system may take.</summary>
    public static ComputeShare ShareOf(ActorSystem system) =>
        system.Settings.HasCluster ? ComputeShare.Cluster
            : system.Settings.Config.GetBoolean(RestSetting) ? ComputeShare.Rest
            : ComputeShare.Full;

    /// <summary>Lowers the calling thread's priority for good. Threads that it starts have the same.</summary>
    /// <param name="isStartedByLowered">Whether a thread with this share has started it: Linux has handed its priority on.</param>
    public static void Lower(ComputeShare share, bool isStartedByLowered = false)
    {
        if (share == ComputeShare.Rest && OperatingSystem.IsLinux())
        {
            // .NET's priority, set afterwards, would bring the usual policy back. musl's library refuses the call.
            if (Native.sched_setscheduler(0, IdlePolicy, [0]) != 0 && !isStartedByLowered) _ = Native.nice(HighestNiceness);
            return;
        }

        Thread.CurrentThread.Priority = share == ComputeShare.Rest ? ThreadPriority.Lowest : ThreadPriority.BelowNormal;
        if (share == ComputeShare.Cluster && OperatingSystem.IsLinux() && !isStartedByLowered) _ = Native.nice(Niceness);
    }

    private static class Native
    {
#pragma warning disable IDE1006 // the C library's names
        /// <summary>Applies to the calling thread alone. It fails only where it would raise the priority.</summary>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int nice(int increment);

        /// <param name="thread">0: the calling one.</param>
        /// <param name="priority">Of real-time policies; 0 for others.</param>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int sched_setscheduler(int thread, int policy, int[] priority);
#pragma warning restore IDE1006
    }
}
