using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>Runs blocking or long work on a thread of its own, so that the thread pool never blocks, and lowers threads' priorities.</summary>
public static class BackgroundThread
{
    /// <summary>The lowest priority of Linux's normal policy: a seventieth of the usual weight. Such a thread never starves.</summary>
    public const int MaxNiceness = 19;

    /// <summary>Linux's SCHED_IDLE: a waking thread of another policy takes the processor at once.</summary>
    public const int IdlePolicy = 5;

    /// <param name="isLowest">Whether the work has the lowest priority that never starves.</param>
    public static Task<T> Run<T>(Func<T> work, bool isLowest = false) => Task.Factory.StartNew(
        () =>
        {
            // The thread ends with the work, so nothing else inherits its priority.
            if (isLowest && !TryRenice(MaxNiceness)) Thread.CurrentThread.Priority = ThreadPriority.Lowest;
            return work();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Adds to the calling thread's niceness, up to <see cref="MaxNiceness"/>. Threads that it starts inherit it.</summary>
    /// <returns>False where threads have no niceness: anywhere but on Linux. There .NET's thread priorities have an effect; on Linux they have none.</returns>
    public static bool TryRenice(int increment)
    {
        if (!OperatingSystem.IsLinux()) return false;
        _ = Native.nice(increment);
        return true;
    }

    /// <summary>Gives the calling thread Linux's idle policy: it runs only while no other thread wants its processor.</summary>
    /// <returns>False where the system has no such policy, or refuses it, as musl's library does.</returns>
    public static bool TryTakeIdlePolicy() => OperatingSystem.IsLinux() && Native.sched_setscheduler(0, IdlePolicy, [0]) == 0;

    private static class Native
    {
#pragma warning disable IDE1006 // the C library's names
        /// <summary>Applies to the calling thread alone. It fails only if it would raise the priority.</summary>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int nice(int increment);

        /// <param name="thread">0 for the calling thread.</param>
        /// <param name="priority">For real-time policies; 0 for others.</param>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int sched_setscheduler(int thread, int policy, int[] priority);
#pragma warning restore IDE1006
    }
}
