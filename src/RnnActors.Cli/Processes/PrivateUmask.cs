using System.Runtime.InteropServices;

namespace RnnActors.Cli.Processes;

/// <summary>Makes files that the process writes from now on accessible to its user only: files 0600, folders 0700.</summary>
internal static class PrivateUmask
{
    private const uint Others = 0x3F; // 077

    public static void Set()
    {
        if (!OperatingSystem.IsWindows()) _ = UMask(Others);
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint UMask(uint mask);
}
