using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// Lets one process at a time write a folder. The lock is an open file, which the system releases however its process ends. A note beside it names the
/// holder, since Windows does not let others read a locked file. Both files stay in the folder after the release: if a lock file were removed, two processes
/// could hold two files of the same name.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const string LockName = ".lock", HolderName = ".lock-holder";

    // ERROR_SHARING_VIOLATION on Windows; EWOULDBLOCK on Linux and on macOS.
    private static readonly int[] HeldByAnother = [unchecked((int)0x80070020), 11, 35];

    private readonly FileStream _lock;

    private FolderLock(FileStream held) => _lock = held;

    /// <param name="folder">An existing folder.</param>
    /// <param name="otherwise">Advice for the error message: what to do instead of waiting for the other process.</param>
    /// <param name="isShared">Takes a shared lock: it keeps out exclusive holders only.</param>
    /// <exception cref="InvalidInputException">Another process holds the folder.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static FolderLock Take(string folder, string otherwise, bool isShared = false)
    {
        string holder = Path.Combine(folder, HolderName);
        FileStream held;
        try
        {
            held = new FileStream(
                Path.Combine(folder, LockName), FileMode.OpenOrCreate, isShared ? FileAccess.Read : FileAccess.ReadWrite,
                isShared ? FileShare.Read : FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (HeldByAnother.Contains(e.HResult))
        {
            throw new InvalidInputException($"{ReadHolder(holder)} is writing this folder", $"Wait for it, end it, or {otherwise}", new SourceLocation(folder),
                e);
        }

        DescribeHolder(holder);
        return new FolderLock(held);
    }

    public void Dispose() => _lock.Dispose();

    private static void DescribeHolder(string path)
    {
        try
        {
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The lock holds even if the note cannot be written.
        }
    }

    private static string ReadHolder(string path)
    {
        try
        {
            return File.ReadAllText(path) is { Length: > 0 and < 300 } holder ? holder : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
