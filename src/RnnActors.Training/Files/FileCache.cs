using System.Collections.Concurrent;
using RnnActors.Core.Checkpoints;

namespace RnnActors.Training.Files;

/// <summary>Files named by the hash of their bytes, so that none travels twice. A file whose content does not match its name is removed. Thread-safe.</summary>
/// <param name="disk">Null for this machine's.</param>
public sealed class FileCache(string folder, IDisk? disk = null)
{
    private static readonly TimeSpan UsedAgain = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<ContentHash, bool> _checked = new();
    private readonly IDisk _disk = disk ?? LocalDisk.Instance;

    /// <summary>The path of the file, whether or not it is there; its folder may not exist yet.</summary>
    public string PathOf(ContentHash hash) => Path.Combine(folder, hash.ToString());

    /// <summary>Records that a file was put here and its content was checked.</summary>
    public void Stored(ContentHash hash) => _checked[hash] = true;

    /// <summary>Whether the file is here. Its content is read and checked once in the process's life.</summary>
    public bool Holds(ContentHash hash)
    {
        string path = PathOf(hash);
        if (!_disk.HasFile(path)) return false;
        if (_checked.ContainsKey(hash))
        {
            Touch(path);
            return true;
        }
        try
        {
            if (ContentHash.OfFile(path, _disk) == hash)
            {
                // The process that put it here may have been killed before the name was flushed.
                _disk.FlushFolder(folder);
                Stored(hash);
                Touch(path);
                return true;
            }

            DurableFile.RemoveQuietly(path, _disk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        return false;
    }

    /// <summary>Marks a file as used, since old files are deleted.</summary>
    private void Touch(string path)
    {
        try
        {
            if (_disk.Find(path) is { } entry && DateTime.UtcNow - entry.Changed > UsedAgain) _disk.Touch(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may belong to somebody else, or be gone.
        }
    }

    /// <summary>Forgets a file.</summary>
    public void Remove(ContentHash hash)
    {
        _checked.TryRemove(hash, out _);
        DurableFile.RemoveQuietly(PathOf(hash), _disk);
    }

    /// <summary>Writes a file and names it by its hash. Once it returns, the file survives a power cut.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public ContentHash Add(Action<Stream> write)
    {
        DurableFolder.Create(folder, _disk);
        string temporary = Path.Combine(folder, $"{Guid.NewGuid():N}.new");
        try
        {
            using (Stream stream = _disk.Create(temporary))
            {
                write(stream);
                _disk.Flush(stream);
            }

            var hash = ContentHash.OfFile(temporary, _disk);
            DurableFile.Rename(temporary, PathOf(hash), _disk);
            Stored(hash);
            return hash;
        }
        finally
        {
            DurableFile.RemoveQuietly(temporary, _disk);
        }
    }
}
