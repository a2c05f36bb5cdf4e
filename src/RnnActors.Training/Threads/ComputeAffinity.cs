using System.Runtime.InteropServices;

namespace RnnActors.Training.Threads;

/// <summary>
/// Pins computing threads to processors if there are as many as the process may use. They sleep between steps. A scheduler that wakes two of them on one
/// processor leaves them there while steps are short, at half the speed. Linux only; elsewhere the scheduler decides.
/// </summary>
internal static class ComputeAffinity
{
    /// <summary>A set of 1,024 processors, as in the C library.</summary>
    private const int Words = 16;

    /// <summary>The processors of the process: the affinity mask before any thread was pinned; empty where it is not known.</summary>
    private static readonly ulong[] Allowed = FindAllowed();

    private static readonly int[] Processors = [.. Enumerable.Range(0, Words * 64).Where(bit => (Allowed[bit / 64] >> (bit % 64) & 1) != 0)];

    /// <summary>Pins the calling thread if there are as many threads as processors. Fewer threads have room to move, and more must share.</summary>
    /// <param name="index">The thread's number, from 0.</param>
    /// <param name="count">How many computing threads there are.</param>
    /// <returns>Whether it was pinned.</returns>
    public static bool Settle(int index, int count) => count >= 2 && count == Processors.Length && Limit(Processors[index]);

    /// <summary>
    /// Moves the calling thread to a processor that the run's other workers on this machine do not prefer, without pinning it. This is for several processes
    /// with one worker each, which cannot pin theirs.
    /// </summary>
    /// <param name="worker">The worker's number in the run.</param>
    public static void Prefer(int worker)
    {
        if (Processors.Length < 2) return;
        int processor = Processors[worker % Processors.Length];
        if (Native.sched_getcpu() != processor && Limit(processor)) Free();
    }

    /// <summary>
    /// Pins the calling thread until <see cref="Free"/>. Threads that wake together for a short time might otherwise wait for each other on one processor.
    /// </summary>
    /// <param name="index">The thread's number, from 0. Processors are assigned from the last to the first.</param>
    /// <returns>Whether it is pinned.</returns>
    public static bool Keep(int index) => Processors.Length >= 2 && Limit(Processors[^((index % Processors.Length) + 1)]);

    /// <summary>Lets the calling thread run on every processor again.</summary>
    public static void Free()
    {
        if (Processors.Length >= 2) _ = Native.sched_setaffinity(0, Words * sizeof(ulong), Allowed);
    }

    /// <summary>Pins the calling thread to this processor.</summary>
    private static bool Limit(int processor)
    {
        ulong[] one = new ulong[Words];
        one[processor / 64] = 1ul << (processor % 64);
        return Native.sched_setaffinity(0, Words * sizeof(ulong), one) == 0;
    }

    private static ulong[] FindAllowed()
    {
        ulong[] allowed = new ulong[Words];
        return OperatingSystem.IsLinux() && Native.sched_getaffinity(0, Words * sizeof(ulong), allowed) >= 0 ? allowed : new ulong[Words];
    }

    private static class Native
    {
#pragma warning disable IDE1006 // the C library's names
        /// <param name="thread">0 for the calling thread.</param>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int sched_getaffinity(int thread, nint size, [Out] ulong[] processors);

        /// <param name="thread">0 for the calling thread.</param>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int sched_setaffinity(int thread, nint size, ulong[] processors);

        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int sched_getcpu();
#pragma warning restore IDE1006
    }
}
