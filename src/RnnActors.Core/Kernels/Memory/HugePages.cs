using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Memory;

/// <summary>
/// Asks Linux for 2 MB pages (transparent huge pages) for large memory. The TLB holds few pages, and a TLB miss takes as long as many multiply-adds, longest on
/// virtual machines. Most distributions give such pages only on request (madvise). Only the time changes.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>Bytes of a huge page where small pages have 4 KB. With other page sizes, the system uses what it has.</summary>
    public const int Size = 2 * 1024 * 1024;

    /// <summary>MADV_HUGEPAGE, the same number on every Linux.</summary>
    private const int Advice = 14;

    /// <summary>
    /// Requests huge pages for those that lie entirely inside the memory. Call it before the memory is touched; pages already in use stay small. The edges stay
    /// in small pages: rounding them up would waste memory.
    /// </summary>
    /// <returns>Whether the request was made and the system supports it.</returns>
    public static bool Ask(void* start, long bytes)
    {
        nuint first = ((nuint)start + Size - 1) / Size * Size, end = ((nuint)start + (nuint)bytes) / Size * Size;
        if (end <= first || !OperatingSystem.IsLinux()) return false;
        return Advise((void*)first, end - first, Advice) == 0;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint length, int advice);
}
