using System.Collections.Concurrent;
using RnnActors.Core.Checkpoints;

namespace RnnActors.Training.Files;

/// <summary>Files by the hash of their bytes, so that none has to travel twice. A file that is not what its name says is removed. Any thread may call.</summary>
public sealed class FileCache(string folder)
{
    private readonly ConcurrentDictionary<ContentHash, bool> _checked = new();

    /// <summary>Where the file is, or is to be put; its folder need not be there.</summary>
    public string PathOf(ContentHash hash) => Path.Combine(folder, hash.ToString());

    /// <summary>A file was put here and its content was checked.</summary>
    public void Stored(ContentHash hash) => _checked[hash] = true;

    /// <summary>Whether the file is here. Its content is read and checked once in the life of the process.</summary>
    public bool Holds(ContentHash hash)
    {
        string path = PathOf(hash);
        if (!File.Exists(path)) return false;
        if (_checked.ContainsKey(hash)) return true;
        try
        {
            if (ContentHash.OfFile(path) == hash)
            {
                Stored(hash);
                return true;
            }

            DurableFile.RemoveQuietly(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        return false;
    }

    /// <summary>Forgets a file.</summary>
    public void Remove(ContentHash hash)
    {
        _checked.TryRemove(hash, out _);
        DurableFile.RemoveQuietly(PathOf(hash));
    }

    /// <summary>Writes a file of this process's own and names it.</summary>
    /// <param name="write">The same bytes every time it is called.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public ContentHash Add(Action<Stream> write)
    {
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, $"{Guid.NewGuid():N}.new");
        try
        {
            DurableFile.Write(temporary, write);
            var hash = ContentHash.OfFile(temporary);
            File.Move(temporary, PathOf(hash), overwrite: true);
            Stored(hash);
            return hash;
        }
        finally
        {
            DurableFile.RemoveQuietly(temporary);
        }
    }
}
