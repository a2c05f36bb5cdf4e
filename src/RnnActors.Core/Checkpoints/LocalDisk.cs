namespace RnnActors.Core.Checkpoints;

/// <summary>The file system of this machine.</summary>
public sealed class LocalDisk : IDisk
{
    private LocalDisk()
    {
    }

    public static LocalDisk Instance { get; } = new();

    /// <summary>For tests, which cannot cut the power: raised with the path of every file and folder that has been flushed.</summary>
    internal static event Action<string>? Flushed;

    public bool HasFile(string path) => File.Exists(path);

    public bool HasFolder(string path) => Directory.Exists(path);

    public IReadOnlyList<string> FilesOf(string folder, string pattern = "*") => Directory.GetFiles(folder, pattern);

    public IReadOnlyList<string> FoldersOf(string folder) => Directory.GetDirectories(folder);

    public Stream Open(string path) =>
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    public Stream Create(string path) => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);

    public Stream Append(string path) =>
        new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    public void Flush(Stream created)
    {
        var file = (FileStream)created;
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        Flushed?.Invoke(file.Name);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Remove(string path) => File.Delete(path);

    public DiskEntry? Find(string path)
    {
        if (new FileInfo(path) is { Exists: true } file) return new DiskEntry(file.Length, file.LastWriteTimeUtc);
        return new DirectoryInfo(path) is { Exists: true } folder ? new DiskEntry(0, folder.LastWriteTimeUtc) : null;
    }

    public void Touch(string path)
    {
        if (File.Exists(path)) File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
    }

    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    public void RenameFolder(string from, string to) => Directory.Move(from, to);

    public void RemoveFolder(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path);
    }

    public void FlushFolder(string path)
    {
        DirectorySync.Flush(path);
        Flushed?.Invoke(path);
    }

    public IDisposable Lock(string folder, string otherwise, bool isShared = false) => FolderLock.Take(folder, otherwise, isShared);
}
