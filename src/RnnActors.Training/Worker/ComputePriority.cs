using System.Runtime.InteropServices;

namespace RnnActors.Training.Worker;

/// <summary>
/// Lets everything else of a node run before its computing: a heartbeat that is late because a core computes looks like a dead node. .NET's priorities do nothing on
/// Linux, where threads have a niceness of their own instead. A process that trains alone keeps its full share against the machine's other processes.
/// </summary>
internal static class ComputePriority
{
    /// <summary>About a third of the processor time of a thread that has none: never starved, and never in the way.</summary>
    internal const int Niceness = 5;

    /// <summary>
    /// The length of a turn, in ns, which is 3 ms or less for everyone else. Linux lets a thread that wakes run at once only where its turns are shorter than those of the one that runs;
    /// else the channels of a node wait for the rest of a turn, 3 ms a step.
    /// </summary>
    private const ulong Turn = 20_000_000;

    /// <summary>Lowers the calling thread's priority for good.</summary>
    public static void Lower(bool isInCluster)
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        if (!isInCluster || !OperatingSystem.IsLinux()) return;
        _ = Native.nice(Niceness);
        Lengthen();
    }

    /// <summary>Lengthens the calling thread's turns. Systems before Linux 6.12 have none, and take no notice.</summary>
    private static void Lengthen()
    {
        var (get, set) = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (315, 314),
            Architecture.Arm64 => (275, 274),
            _ => (0, 0),
        };
        Native.Attributes attributes = default;
        if (get == 0 || Native.syscall(get, 0, ref attributes, Marshal.SizeOf<Native.Attributes>(), 0) != 0) return;
        attributes.Turn = Turn;
        _ = Native.syscall(set, 0, ref attributes, 0, 0);
    }

    private static class Native
    {
#pragma warning disable IDE1006 // the C library's names
        /// <summary>On Linux it is the calling thread's alone. It fails only where it would raise the priority, and then nothing is lost.</summary>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int nice(int increment);

        /// <summary>sched_getattr and sched_setattr, which most C libraries do not have.</summary>
        /// <param name="thread">0: the calling one.</param>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern nint syscall(nint number, nint thread, ref Attributes attributes, nint sizeOrFlags, nint flags);
#pragma warning restore IDE1006

        /// <summary>The system's <c>sched_attr</c>.</summary>
        [StructLayout(LayoutKind.Sequential)]
        public struct Attributes
        {
            public uint Size, Policy;
            public ulong Flags;
            public int Niceness;
            public uint Priority;
            public ulong Turn, Deadline, Period;
        }
    }
}
