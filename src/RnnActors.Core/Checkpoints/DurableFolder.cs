using System.Collections.Concurrent;

namespace RnnActors.Core.Checkpoints;

/// <summary>Makes folders that a power cut does not take, with all that was saved in them: a folder's name is on the disk once its parent is flushed.</summary>
public static class DurableFolder
{
    /// <summary>Folders of this machine that this process has flushed: a coordinator opens a run's folder for each checkpoint.</summary>
    private static readonly ConcurrentDictionary<string, bool> Flushed = new();

    /// <summary>
    /// Makes a folder and those that it stands in. A folder that exists is flushed into its parent all the same, as far as it may be read. The process that
    /// made it may have been killed before it did so.
    /// </summary>
    /// <param name="disk">Null for this machine's.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    /// <exception cref="ArgumentException">The path is none.</exception>
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
            // A folder of others, which may be entered and not read: who made it has cared for it.
        }
    }
}
