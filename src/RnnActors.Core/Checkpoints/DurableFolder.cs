using System.Collections.Concurrent;

namespace RnnActors.Core.Checkpoints;

/// <summary>Creates folders that survive a power cut, with all that was saved in them. A folder's name is on the disk once its parent is flushed.</summary>
public static class DurableFolder
{
    /// <summary>
    /// Local folders that this process has already flushed. They need no second flush: a coordinator opens its run's folder for each checkpoint.
    /// </summary>
    private static readonly ConcurrentDictionary<string, bool> Flushed = new();

    /// <summary>
    /// Creates a folder and its missing parents. Every folder on the path is flushed into its parent, also one that exists: the process that created it may
    /// have been killed before its flush. A parent that may not be read is skipped.
    /// </summary>
    /// <param name="disk">Null for the local disk.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be created.</exception>
    /// <exception cref="ArgumentException">The path is not valid.</exception>
    public static void Create(string path, IDisk? disk = null)
    {
        disk ??= LocalDisk.Instance;
        bool isLocal = disk is LocalDisk;
        string whole = Path.GetFullPath(path);
        if (isLocal && Flushed.ContainsKey(whole) && disk.HasFolder(whole)) return;
        Stack<string> chain = [];
        for (string? at = Path.TrimEndingDirectorySeparator(whole); at is not null; at = Path.GetDirectoryName(at)) chain.Push(at);
        string parent = chain.Pop();
        foreach (string folder in chain)
        {
            bool isNew = !disk.HasFolder(folder);
            if (isNew) disk.CreateFolder(folder);
            Flush(parent, isNew, disk);
            parent = folder;
        }

        if (isLocal) Flushed[whole] = true;
    }

    private static void Flush(string folder, bool isNeeded, IDisk disk)
    {
        try
        {
            disk.FlushFolder(folder);
        }
        catch (Exception e) when (!isNeeded && e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's folder, which may be entered but not opened. Its owner created what is in it, so there is nothing of ours to flush.
        }
    }
}
