using System.Numerics;
using System.Runtime.InteropServices;

namespace RnnActors.Training.Worker;

/// <summary>
/// Keeps computing threads on processors of their own where they take all that the process may use. They sleep between steps, and a scheduler that wakes two of them
/// on one processor leaves them there for as long as their steps are short: half the speed, for a whole run. Linux only; elsewhere the scheduler decides.
/// </summary>
internal static class ComputeAffinity
{
    /// <summary>A set of 1,024 processors, the C library's own size.</summary>
    private const int Words = 16;

    /// <summary>Settles the calling thread, unless there are fewer threads than processors, so that there is room to move, or more, so that they must share.</summary>
    /// <param name="index">Its number among the computing threads, from 0.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>Whether it was settled.</returns>
    public static bool Settle(int index, int count)
    {
        if (count < 2 || !OperatingSystem.IsLinux()) return false;
        ulong[] allowed = new ulong[Words];
        if (Native.sched_getaffinity(0, Words * sizeof(ulong), allowed) < 0 || allowed.Sum(BitOperations.PopCount) != count) return false;
        int processor = Enumerable.Range(0, Words * 64).Where(bit => IsIn(allowed, bit)).ElementAt(index);
        ulong[] one = new ulong[Words];
        one[processor / 64] = 1ul << (processor % 64);
        return Native.sched_setaffinity(0, Words * sizeof(ulong), one) == 0;
    }

    private static bool IsIn(ulong[] processors, int bit) => (processors[bit / 64] >> (bit % 64) & 1) != 0;

    private static class Native
    {
#pragma warning disable IDE1006 // the C library's names
        /// <param name="thread">0: the calling one.</param>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int sched_getaffinity(int thread, nint size, [Out] ulong[] processors);

        /// <param name="thread">0: the calling one.</param>
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int sched_setaffinity(int thread, nint size, ulong[] processors);
#pragma warning restore IDE1006
    }
}
