using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;

namespace RnnActors.Training.Client;

/// <summary>
/// A temporary folder for a client's data on its way to a cluster. The process holds it as long as it lives. Folders that killed clients left behind are
/// removed by the next client.
/// </summary>
internal sealed class ClientFolder : IDisposable
{
    private const string Prefix = "rnnactors-client-";

    /// <summary>A folder must be older than this to be removed: a younger one may just have been made, and not be held yet.</summary>
    private static readonly TimeSpan MinAge = TimeSpan.FromMinutes(1);

    private readonly FolderLock _held;

    private ClientFolder(string path, FolderLock held) => (Path, _held) = (path, held);

    public string Path { get; }

    /// <param name="parent">Null for the system's folder of temporary files.</param>
    /// <param name="minAge">The least age of a folder that no process holds, before it is removed; null for a minute.</param>
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
            // It belongs to another user, or another client has removed it meanwhile.
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
