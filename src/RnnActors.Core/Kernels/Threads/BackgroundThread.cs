using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>Runs blocking or long work on a thread of its own, so that the thread pool never blocks, and lowers threads' priorities.</summary>
public static class BackgroundThread
{
    /// <summary>The lowest priority of Linux's normal policy: a seventieth of the usual weight. Such a thread never starves.</summary>
    public const int MaxNiceness = 19;

    /// <summary>Linux's SCHED_IDLE: a waking thread of another policy takes the processor at once.</summary>
    public const int IdlePolicy = 5;

    /// <param name="isLowest">Whether the work has the lowest priority that never starves. It must not give work to the thread pool.</param>
    public static Task<T> Run<T>(Func<T> work, bool isLowest = false) => Task.Factory.StartNew(
        () => isLowest ? RunLowest(work) : work(), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
        TaskScheduler.Default);

    /// <summary>Adds to the calling thread's niceness, up to <see cref="MaxNiceness"/>. Threads that it starts inherit it.</summary>
    /// <returns>False where threads have no niceness: anywhere but on Linux. There .NET's thread priorities have an effect; on Linux they have none.</returns>
    public static bool TryRenice(int increment)
    {
        if (!OperatingSystem.IsLinux()) return false;
        _ = Native.nice(increment);
        return true;
    }

    /// <summary>
    /// Leaves processors to others: the calling thread stays on the process's last ones, with the greatest niceness. Linux's scheduler then wakes other
    /// threads on the rest, where nothing has to be preempted. It takes a processor of the idle policy for an idle one, wakes threads there, and some wait
    /// for a tick of 4 ms.
    /// </summary>
    /// <param name="threads">How many threads step aside together, each to any of as many processors.</param>
    /// <returns>False where no processor would be left, or threads have no affinity: anywhere but on Linux.</returns>
    public static bool TryStepAside(int threads)
    {
        var allowed = ProcessorAffinity.Allowed;
        return threads < allowed.Length && ProcessorAffinity.TryLimit(allowed[^threads..]) && TryRenice(MaxNiceness);
    }

    /// <summary>Gives the calling thread Linux's idle policy: it runs only while no other thread wants its processor.</summary>
    /// <returns>False where the system has no such policy, or refuses it, as musl's library does.</returns>
    public static bool TryTakeIdlePolicy() => OperatingSystem.IsLinux() && Native.sched_setscheduler(0, IdlePolicy, [0]) == 0;

    /// <summary>
    /// Runs the work on one more thread. Who waits for a task is continued by the thread that completes it, or by one of the pool, which that thread may have
    /// to start: Linux would hand its niceness on, to a thread that serves the whole process.
    /// </summary>
    private static T RunLowest<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(Work) { IsBackground = true, Name = "background work" };
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return result!;

        void Work()
        {
            if (!TryStepAside(1) && !TryRenice(MaxNiceness)) Thread.CurrentThread.Priority = ThreadPriority.Lowest;
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        }
    }

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
