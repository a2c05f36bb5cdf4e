using System.Runtime.InteropServices;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// Makes a rename inside a folder survive a power cut. On Unix the folder itself must be flushed, which .NET has no call for. On Windows there is nothing
/// to do: NTFS journals its renames.
/// </summary>
internal static partial class DirectorySync
{
    private const int ReadOnly = 0;

    // EINVAL on Linux and macOS: the file system (often a network one) cannot flush folders, and offers nothing else.
    private const int NotSupported = 22;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw Failed("opened", folder);
        try
        {
            Flush(descriptor, folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <param name="descriptor">The open folder's file descriptor.</param>
    /// <param name="folder">The folder's path, for messages.</param>
    internal static void Flush(int descriptor, string folder)
    {
        if (FSync(descriptor) < 0 && Marshal.GetLastPInvokeError() != NotSupported) throw Failed("flushed", folder);
    }

    private static IOException Failed(string what, string folder) =>
        new($"the folder '{folder}' could not be {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
