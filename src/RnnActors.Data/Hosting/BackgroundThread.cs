using System.Runtime.InteropServices;

namespace RnnActors.Data.Hosting;

/// <summary>Runs long work of a host on a thread of its own, which has the least weight there is beside the threads that answer requests.</summary>
internal static class BackgroundThread
{
    /// <summary>The least weight on Linux, where .NET's thread priorities have no effect: a seventieth of the usual one. It never starves.</summary>
    internal const int Niceness = 19;

    public static Task Run(Action work) => Task.Factory.StartNew(
        () =>
        {
            // Such a thread serves one task alone, so nobody else inherits the priority.
            if (OperatingSystem.IsLinux()) _ = Native.nice(Niceness);
            else Thread.CurrentThread.Priority = ThreadPriority.Lowest;
            work();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    private static class Native
    {
#pragma warning disable IDE1006 // the C library's name
        /// <summary>Applies to the calling thread alone.</summary>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int nice(int increment);
#pragma warning restore IDE1006
    }
}
