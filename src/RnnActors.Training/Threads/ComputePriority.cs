using System.Runtime.InteropServices;

namespace RnnActors.Training.Threads;

/// <summary>
/// Gives computing threads of a cluster's node a low priority, since a node whose heartbeat is late looks dead. On Linux it is set as niceness, because
/// .NET's thread priorities have no effect there. A process that trains alone keeps its full share of the machine.
/// </summary>
internal static class ComputePriority
{
    /// <summary>About a third of the processor time of a thread with niceness 0: it never starves and is never in the way.</summary>
    internal const int Niceness = 5;

    /// <summary>Lowers the calling thread's priority for good.</summary>
    public static void Lower(bool isInCluster)
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        if (isInCluster && OperatingSystem.IsLinux()) _ = Native.nice(Niceness);
    }

    private static class Native
    {
#pragma warning disable IDE1006 // the C library's name
        /// <summary>Applies to the calling thread alone. It fails only where it would raise the priority.</summary>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int nice(int increment);
#pragma warning restore IDE1006
    }
}
