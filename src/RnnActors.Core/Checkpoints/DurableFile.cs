namespace RnnActors.Core.Checkpoints;

/// <summary>
/// Writes a file atomically and durably: at any instant its path names either the old content or the new one, whole. The content goes into a temporary file
/// beside it, which is flushed to the disk and renamed; then the folder is flushed. Where it returns, a power cut takes nothing of it.
/// </summary>
public static class DurableFile
{
    public const string TemporaryExtension = ".tmp";

    /// <param name="disk">Null for this machine's.</param>
    /// <exception cref="IOException">It could not be written; what was there stands.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; what was there stands.</exception>
    public static void Write(string path, Action<Stream> content, IDisk? disk = null)
    {
        disk ??= LocalDisk.Instance;
        string temporary = path + TemporaryExtension;
        try
        {
            using (Stream stream = disk.Create(temporary))
            {
                content(stream);
                disk.Flush(stream);
            }

            Rename(temporary, path, disk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RemoveQuietly(temporary, disk);
            throw;
        }
    }

    /// <summary>Copies a file, from any file system: a rename does not leave one, and moving between two is neither whole nor durable.</summary>
    /// <inheritdoc cref="Write"/>
    public static void Copy(string from, string to, IDisk? disk = null)
    {
        using Stream source = (disk ?? LocalDisk.Instance).Open(from);
        Write(to, source.CopyTo, disk);
    }

    /// <summary>Flushes and closes a file that was written whole, gives it its final name in the same folder, and flushes the folder.</summary>
    /// <param name="created">What the disk made as <paramref name="temporary"/>.</param>
    /// <param name="disk">Null for this machine's.</param>
    /// <exception cref="IOException">The file or its folder could not be flushed, or the name is taken by a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The name may not be given.</exception>
    public static void Complete(Stream created, string temporary, string path, IDisk? disk = null)
    {
        disk ??= LocalDisk.Instance;
        disk.Flush(created);
        created.Dispose();
        Rename(temporary, path, disk);
    }

    /// <summary>Gives a file of the same folder that is flushed its name, and flushes the folder.</summary>
    /// <inheritdoc cref="Write"/>
    public static void Rename(string from, string to, IDisk disk)
    {
        disk.Rename(from, to);
        disk.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>What a killed process left behind, or a full disk: nothing needs it, so nothing is lost where it cannot be removed.</summary>
    public static void RemoveQuietly(string path, IDisk? disk = null)
    {
        try
        {
            (disk ?? LocalDisk.Instance).Remove(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
