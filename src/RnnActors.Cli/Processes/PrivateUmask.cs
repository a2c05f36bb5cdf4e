using System.Runtime.InteropServices;

namespace RnnActors.Cli.Processes;

/// <summary>Makes what the process writes from now on its user's alone: files 0600, folders 0700.</summary>
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
