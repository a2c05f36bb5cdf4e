namespace RnnActors.Data.Files;

/// <summary>Length and time of a file, which tell that it was changed; zero where there is none.</summary>
/// <param name="Path">The full path.</param>
internal sealed record FileStamp(string Path, long Length, DateTime Written)
{
    public static FileStamp Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? new(file.FullName, file.Length, file.LastWriteTimeUtc) : new(file.FullName, 0, default);
    }
}
