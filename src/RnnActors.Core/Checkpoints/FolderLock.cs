using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// Lets one process at a time write a folder. The lock is an open file, which the system releases however its process ends; who holds it stands in
/// a note beside it, since Windows lets nobody read the locked file. Both stay in the folder, empty of meaning once the lock is gone:
/// removing a lock file lets two processes hold two files of the same name.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = ".lock", HolderName = ".lock-holder";

    // ERROR_SHARING_VIOLATION on Windows; EWOULDBLOCK on Linux and on macOS.
    private static readonly int[] HeldByAnother = [unchecked((int)0x80070020), 11, 35];

    private readonly FileStream _lock;

    private FolderLock(FileStream held) => _lock = held;

    /// <exception cref="InvalidInputException">Another process holds the folder.</exception>
    public static FolderLock Take(string folder)
    {
        string holder = Path.Combine(folder, HolderName);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (HeldByAnother.Contains(e.HResult))
        {
            throw new InvalidInputException(
                $"{ReadHolder(holder)} is writing this folder", "Wait for it, end it, or choose another folder with --out", new SourceLocation(folder), e);
        }

        try
        {
            File.WriteAllText(holder, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
            return new FolderLock(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

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
