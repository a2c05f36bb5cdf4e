using System.Runtime.InteropServices;

namespace RnnActors.Data.Hosting;

/// <summary>Runs long work of a host on a thread of its own, with the lowest priority, so that threads which answer requests come first.</summary>
internal static class BackgroundThread
{
    /// <summary>The lowest priority on Linux, where .NET's thread priorities have no effect: a seventieth of the usual weight. It never starves.</summary>
    internal const int Niceness = 19;

    public static Task Run(Action work) => Task.Factory.StartNew(
        () =>
        {
            // Such a thread runs only this task, so no other work inherits the priority.
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
