using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>The processors that a thread may run on. Linux only; elsewhere none are known, and the scheduler decides.</summary>
public static class ProcessorAffinity
{
    /// <summary>A set of 1,024 processors, as in the C library.</summary>
    private const int Words = 16;

    /// <summary>The process's affinity mask, before any thread was limited.</summary>
    private static readonly ulong[] Mask = Read();

    private static readonly int[] AllowedProcessors = ListOf(Mask);

    /// <summary>The processors of the process, in rising order; empty where they are not known.</summary>
    public static ReadOnlySpan<int> Allowed => AllowedProcessors;

    /// <summary>The processors of the calling thread, in rising order; empty where they are not known.</summary>
    public static int[] Current() => ListOf(Read());

    /// <summary>The processor that the calling thread runs on. Linux only.</summary>
    public static int Processor() => Native.sched_getcpu();

    /// <summary>Limits the calling thread to these processors. Threads that it starts inherit it.</summary>
    /// <returns>False where the system knows no affinity, or refuses it.</returns>
    public static bool TryLimit(ReadOnlySpan<int> processors)
    {
        if (AllowedProcessors.Length == 0) return false;
        ulong[] mask = new ulong[Words];
        foreach (int processor in processors) mask[processor / 64] |= 1ul << (processor % 64);
        return Native.sched_setaffinity(0, Words * sizeof(ulong), mask) == 0;
    }

    /// <summary>Lets the calling thread run on every processor of the process again.</summary>
    public static void Free()
    {
        if (AllowedProcessors.Length >= 2) _ = Native.sched_setaffinity(0, Words * sizeof(ulong), Mask);
    }

    private static ulong[] Read()
    {
        ulong[] mask = new ulong[Words];
        return OperatingSystem.IsLinux() && Native.sched_getaffinity(0, Words * sizeof(ulong), mask) >= 0 ? mask : new ulong[Words];
    }

    private static int[] ListOf(ulong[] mask) => [.. Enumerable.Range(0, Words * 64).Where(bit => (mask[bit / 64] >> (bit % 64) & 1) != 0)];

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
