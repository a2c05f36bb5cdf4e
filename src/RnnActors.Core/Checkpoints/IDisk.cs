using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// The disk operations that saving needs, one per method. All saving goes through it, so that tests can stop between any two operations or in the middle of
/// a write, and lose whatever was not flushed.
/// </summary>
/// <remarks>Operations throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the disk refuses.</remarks>
public interface IDisk
{
    bool HasFile(string path);

    bool HasFolder(string path);

    /// <summary>Paths of a folder's files whose names match <paramref name="pattern"/>, possibly none. The folder must exist.</summary>
    IReadOnlyList<string> FilesOf(string folder, string pattern = "*");

    /// <summary>Paths of the folders in a folder, which must exist.</summary>
    IReadOnlyList<string> FoldersOf(string folder);

    /// <summary>Opens a file for reading. Others may read, replace and remove it meanwhile. The stream's length is known.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    Stream Open(string path);

    /// <summary>Creates an empty file, replacing an existing one. Writes are not buffered in the process.</summary>
    Stream Create(string path);

    /// <summary>Opens a file to append to, creating it if missing. Writes are not buffered in the process.</summary>
    Stream Append(string path);

    /// <summary>Waits until everything written to a stream of <see cref="Create"/> is on the disk.</summary>
    void Flush(Stream created);

    /// <summary>Renames a file, replacing an existing one.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; nothing happens where there is none.</summary>
    void Remove(string path);

    /// <summary>Size and time of a file or folder; null where there is none.</summary>
    DiskEntry? Find(string path);

    /// <summary>Sets a file's time of last change to now; nothing happens where there is none.</summary>
    void Touch(string path);

    /// <summary>Creates a folder inside an existing one; nothing happens where it exists.</summary>
    void CreateFolder(string path);

    /// <summary>Renames a folder with all its content. The new name must be free.</summary>
    void RenameFolder(string from, string to);

    /// <summary>Removes an empty folder; nothing happens where there is none.</summary>
    void RemoveFolder(string path);

    /// <summary>Waits until the names in a folder are on the disk (fsync of the folder).</summary>
    void FlushFolder(string path);

    /// <summary>Locks a folder against other processes until the result is disposed.</summary>
    /// <inheritdoc cref="FolderLock.Take"/>
    /// <exception cref="InvalidInputException">Another process holds it.</exception>
    IDisposable Lock(string folder, string otherwise, bool isShared = false);
}

/// <summary>Size and time of a file or a folder.</summary>
/// <param name="Bytes">A file's length; 0 for a folder.</param>
/// <param name="Changed">When it was last changed, UTC.</param>
public readonly record struct DiskEntry(long Bytes, DateTime Changed);
