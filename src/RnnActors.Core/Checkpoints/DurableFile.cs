namespace RnnActors.Core.Checkpoints;

/// <summary>
/// Writes a file so that, whatever happens at whatever instant, its path names either the old content or the new one, whole: into a temporary file
/// beside it, flushed to the disk, renamed, and the rename flushed as well.
/// </summary>
public static class DurableFile
{
    public const string TemporaryExtension = ".tmp";

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
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
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

    /// <summary>Gives a file that was flushed its final name, in the same folder, and flushes the folder.</summary>
    public static void Rename(string temporary, string path) => Rename(temporary, path, (_, _) => { });

    private static void Rename(string temporary, string path, Action<SaveStage, string> at)
    {
        File.Move(temporary, path, overwrite: true);
        at(SaveStage.Renamed, path);
        DirectorySync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
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
