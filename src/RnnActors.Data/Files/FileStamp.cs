namespace RnnActors.Data.Files;

/// <summary>The length and time of a file, which show whether it was changed; zero if there is no file.</summary>
/// <param name="Path">The full path.</param>
internal sealed record FileStamp(string Path, long Length, DateTime Written)
{
    public static FileStamp Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? new(file.FullName, file.Length, file.LastWriteTimeUtc) : new(file.FullName, 0, default);
    }
}
