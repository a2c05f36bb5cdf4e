using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;

namespace RnnActors.Training.Client;

/// <summary>
/// A temporary folder of a client, for its data on the way to a cluster. It is held as long as the process lives; those that killed clients left behind are
/// removed by the next one.
/// </summary>
internal sealed class ClientFolder : IDisposable
{
    private const string Prefix = "rnnactors-client-";

    /// <summary>A younger one may have been made just now, and not be held yet.</summary>
    private static readonly TimeSpan MinAge = TimeSpan.FromMinutes(1);

    private readonly FolderLock _held;

    private ClientFolder(string path, FolderLock held) => (Path, _held) = (path, held);

    public string Path { get; }

    /// <param name="parent">Null for the system's folder of temporary files.</param>
    /// <param name="minAge">Of a folder that no process holds, before it is removed; null for a minute.</param>
    public static ClientFolder Create(string? parent = null, TimeSpan? minAge = null)
    {
        parent ??= System.IO.Path.GetTempPath();
        RemoveAbandoned(parent, minAge ?? MinAge);
        string path = System.IO.Path.Combine(parent, Prefix + System.IO.Path.GetRandomFileName());
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ClientFolder(path, FolderLock.Take(path, "try again"));
    }

    public void Dispose()
    {
        _held.Dispose();
        Remove(Path);
    }

    private static void RemoveAbandoned(string parent, TimeSpan minAge)
    {
        try
        {
            foreach (string folder in Directory.EnumerateDirectories(parent, $"{Prefix}*"))
            {
                if (DateTime.UtcNow - Directory.GetCreationTimeUtc(folder) < minAge) continue;
                if (IsAbandoned(folder)) Remove(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Some of another user, or removed by another client meanwhile.
        }
    }

    private static bool IsAbandoned(string folder)
    {
        try
        {
            FolderLock.Take(folder, "wait").Dispose();
            return true;
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
