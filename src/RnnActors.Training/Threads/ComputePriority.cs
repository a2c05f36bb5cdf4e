using System.Runtime.InteropServices;

namespace RnnActors.Training.Threads;

/// <summary>
/// Lets everything else of a node run before its computing: a heartbeat that is late because a core computes looks like a dead node. .NET's priorities do nothing on
/// Linux, where threads have a niceness of their own instead. A process that trains alone keeps its full share against the machine's other processes.
/// </summary>
internal static class ComputePriority
{
    /// <summary>About a third of the processor time of a thread that has none: never starved, and never in the way.</summary>
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
        /// <summary>On Linux it is the calling thread's alone. It fails only where it would raise the priority, and then nothing is lost.</summary>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int nice(int increment);
#pragma warning restore IDE1006
    }
}
