using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Memory;

/// <summary>
/// Asks Linux for pages of 2 MB where much memory is about to be used. The TLB of a processor holds few pages, and a miss takes as long as many multiply-adds,
/// longest on virtual machines. Most distributions give such pages to those who ask and to nobody else. It changes the time and nothing else.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>Bytes of a page, where the small ones are of 4 KB. Of others the system takes what it can.</summary>
    public const int Size = 2 * 1024 * 1024;

    /// <summary>MADV_HUGEPAGE, on every Linux.</summary>
    private const int Advice = 14;

    /// <summary>
    /// Asks for the pages that lie in the memory whole, before it is touched, or it keeps the pages that it
    /// has. At its edges memory stays in small ones: what nobody uses beside it would take room.
    /// </summary>
    /// <returns>Whether it was asked, and the system knows of such pages.</returns>
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
