namespace RnnActors.Data.Files;

/// <summary>By which one sees that a file was changed. Of a file that is not there, all is zero.</summary>
/// <param name="Path">The full path.</param>
internal sealed record FileStamp(string Path, long Length, DateTime Written)
{
    public static FileStamp Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? new(file.FullName, file.Length, file.LastWriteTimeUtc) : new(file.FullName, 0, default);
    }
}
