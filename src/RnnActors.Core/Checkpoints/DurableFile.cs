namespace RnnActors.Core.Checkpoints;

/// <summary>
/// Writes a file atomically and durably: at any instant its path names either the old content or the new one, whole. The content goes into a temporary file
/// beside it, which is flushed to the disk and renamed; then the folder is flushed. After it returns, the content survives a power cut.
/// </summary>
public static class DurableFile
{
    public const string TemporaryExtension = ".tmp";

    /// <param name="disk">Null for the local disk.</param>
    /// <exception cref="IOException">It could not be written; the previous content stands.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the previous content stands.</exception>
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

    /// <summary>Copies a file atomically and durably, also from another file system: a rename cannot cross file systems.</summary>
    /// <inheritdoc cref="Write"/>
    public static void Copy(string from, string to, IDisk? disk = null)
    {
        using Stream source = (disk ?? LocalDisk.Instance).Open(from);
        Write(to, source.CopyTo, disk);
    }

    /// <summary>Flushes and closes a complete temporary file, renames it within its folder, and flushes the folder.</summary>
    /// <param name="created">The open stream of <paramref name="temporary"/>, from <see cref="IDisk.Create"/>.</param>
    /// <param name="disk">Null for the local disk.</param>
    /// <exception cref="IOException">The file or its folder could not be flushed, or the name is taken by a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The name may not be given.</exception>
    public static void Complete(Stream created, string temporary, string path, IDisk? disk = null)
    {
        disk ??= LocalDisk.Instance;
        disk.Flush(created);
        created.Dispose();
        Rename(temporary, path, disk);
    }

    /// <summary>Renames a file that is already flushed within its folder, and flushes the folder.</summary>
    /// <inheritdoc cref="Write"/>
    public static void Rename(string from, string to, IDisk disk)
    {
        disk.Rename(from, to);
        disk.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Removes a file that nothing needs (left by a killed process or a full disk). Failures are ignored.</summary>
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
