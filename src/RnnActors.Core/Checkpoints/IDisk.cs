using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// All that saving asks of a disk, one operation a method. Whoever saves goes through it, so that tests can stop between any two operations, in the
/// middle of a write, and forget what was not flushed.
/// </summary>
/// <remarks>Operations throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the disk refuses.</remarks>
public interface IDisk
{
    bool HasFile(string path);

    bool HasFolder(string path);

    /// <summary>Paths of a folder's files whose names match; there may be none, and the folder exists.</summary>
    IReadOnlyList<string> FilesOf(string folder, string pattern = "*");

    /// <summary>Paths of a folder's folders; it exists.</summary>
    IReadOnlyList<string> FoldersOf(string folder);

    /// <summary>Opens a file that others may read, replace and remove meanwhile. The stream knows its length.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    Stream Open(string path);

    /// <summary>Makes an empty file, in place of one that is there. Writes go to the system at once.</summary>
    Stream Create(string path);

    /// <summary>Opens a file to write behind its end; it is made where it is not there. Writes go to the system at once.</summary>
    Stream Append(string path);

    /// <summary>Waits until all that was written to a file of <see cref="Create"/> is on the disk.</summary>
    void Flush(Stream created);

    /// <summary>Gives a file another name, in place of what has it.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; nothing happens where there is none.</summary>
    void Remove(string path);

    /// <summary>What a file or folder says of itself; null where there is none.</summary>
    DiskEntry? Look(string path);

    /// <summary>Gives a file this moment as that of its last change. It is not there: nothing happens.</summary>
    void Touch(string path);

    /// <summary>Makes a folder inside one that exists; nothing happens where it is there.</summary>
    void CreateFolder(string path);

    /// <summary>Gives a folder, with all that is in it, another name that nothing has.</summary>
    void RenameFolder(string from, string to);

    /// <summary>Removes a folder that is empty; nothing happens where there is none.</summary>
    void RemoveFolder(string path);

    /// <summary>Waits until the names in a folder are on the disk.</summary>
    void FlushFolder(string path);

    /// <summary>Holds a folder against other processes.</summary>
    /// <inheritdoc cref="FolderLock.Take"/>
    /// <exception cref="InvalidInputException">Another process holds it.</exception>
    IDisposable Hold(string folder, string otherwise, bool isShared = false);
}

/// <summary>What a disk knows of a file or a folder.</summary>
/// <param name="Bytes">A file's length; 0 for a folder.</param>
/// <param name="Changed">When it was last changed, UTC.</param>
public readonly record struct DiskEntry(long Bytes, DateTime Changed);
