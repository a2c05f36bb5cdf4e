namespace RnnActors.Core.Checkpoints;

/// <summary>
/// Writes a file so that, whatever happens at whatever instant, its path names either the old content or the new one, whole: into a temporary file
/// beside it, flushed to the disk, renamed, and the rename flushed as well.
/// </summary>
public static class DurableFile
{
    public const string TemporaryExtension = ".tmp";

    /// <summary>Told the path of every file and folder that has been flushed to the disk. Without it a test could not tell: it cannot cut the power.</summary>
    internal static event Action<string>? Flushed;

    /// <exception cref="IOException">It could not be written; what was there stands.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; what was there stands.</exception>
    public static void Write(string path, Action<Stream> content) => Write(path, content, (_, _) => { });

    /// <param name="at">Called after each stage.</param>
    internal static void Write(string path, Action<Stream> content, Action<SaveStage, string> at)
    {
        string temporary = path + TemporaryExtension;
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                at(SaveStage.TemporaryCreated, path);
                content(stream);
                at(SaveStage.Written, path);
                Flush(stream);
            }

            at(SaveStage.Flushed, path);
            Rename(temporary, path, at);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RemoveQuietly(temporary);
            throw;
        }
    }

    /// <summary>Flushes and closes a file that was written whole, gives it its final name in the same folder, and flushes the folder.</summary>
    /// <exception cref="IOException">The file or its folder could not be flushed, or the name is taken by a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The name may not be given.</exception>
    public static void Complete(FileStream temporary, string path)
    {
        Flush(temporary);
        temporary.Dispose();
        Rename(temporary.Name, path, (_, _) => { });
    }

    private static void Flush(FileStream stream)
    {
        RandomAccess.FlushToDisk(stream.SafeFileHandle);
        Flushed?.Invoke(stream.Name);
    }

    private static void Rename(string temporary, string path, Action<SaveStage, string> at)
    {
        File.Move(temporary, path, overwrite: true);
        at(SaveStage.Renamed, path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        DirectorySync.Flush(folder);
        Flushed?.Invoke(folder);
        at(SaveStage.FolderFlushed, path);
    }

    /// <summary>What a killed process left behind, or a full disk: nothing needs it, so nothing is lost where it cannot be removed.</summary>
    public static void RemoveQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
