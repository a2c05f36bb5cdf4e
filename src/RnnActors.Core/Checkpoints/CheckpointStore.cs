using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// The folder that a training run writes its checkpoints to: the last few, and the best. Once the first is saved, a loadable one exists at every instant,
/// whatever happens. The folder stays locked against other processes until this is disposed. Calls may come from any thread, one at a time.
/// </summary>
public sealed class CheckpointStore : IDisposable
{
    private readonly IDisposable _lock;
    private readonly IDisk _disk;

    /// <param name="directory">Created if missing.</param>
    /// <param name="keep">How many checkpoints of steps are kept, at least 1; the best is kept beside them.</param>
    /// <param name="disk">Null for the local disk.</param>
    /// <exception cref="InvalidInputException">The folder cannot be made or written, or another process is writing it.</exception>
    public CheckpointStore(string directory, int keep, IDisk? disk = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        _disk = disk ?? LocalDisk.Instance;
        (Folder, Keep) = (new CheckpointFolder(directory, _disk), keep);
        try
        {
            DurableFolder.Create(directory, _disk);
            _lock = _disk.Lock(directory, "choose another folder with --out");
            RemoveTemporaries();
            Probe(directory);

            // A killed process may have renamed a checkpoint without flushing the folder. Flush now: the file that this run resumes from must survive a power
            // cut.
            _disk.FlushFolder(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            _lock?.Dispose();
            throw new InvalidInputException(
                $"checkpoints cannot be written to this folder: {e.Message.TrimEnd('.')}", "Choose another with --out, or make it writable",
                new SourceLocation(directory), e);
        }
    }

    public CheckpointFolder Folder { get; }

    public int Keep { get; }

    public CheckpointSearch Newest() => Folder.Newest();

    public CheckpointSearch Best() => Folder.Best();

    /// <summary>
    /// Saves durably, then removes old files: of the steps up to this one, the last <see cref="Keep"/> stay. Files of later steps are left alone; they exist
    /// where a run was resumed from an earlier checkpoint. The best is written first. A process that dies between the two writes resumes from the step before
    /// and finds the same best again; in the other order the best would be lost.
    /// </summary>
    /// <param name="tensors">They must not change until this returns.</param>
    /// <param name="isBest">Whether it is written to <c>best.safetensors</c> as well.</param>
    /// <returns>Path of the step's file.</returns>
    /// <exception cref="CheckpointFailedException">It could not be written. The previous checkpoints stand; so does the previous best, unless it was already
    /// replaced.</exception>
    public string Save(long step, IEnumerable<NamedTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata, bool isBest)
    {
        NamedTensor[] all = [.. tensors];
        KeyValuePair<string, string>[] pairs = [.. metadata];
        string path = Folder.PathOf(step);
        try
        {
            RemoveTemporaries();
            if (isBest) DurableFile.Write(Folder.BestPath, stream => CheckpointFile.Write(stream, step, all, pairs), _disk);
            DurableFile.Write(path, stream => CheckpointFile.Write(stream, step, all, pairs), _disk);
            RemoveOlderThanKept(step);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointFailedException(path, e);
        }

        return path;
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>
    /// Removes all checkpoints durably, before another run takes the folder over: a power cut cannot bring an old one back beside the new ones.
    /// </summary>
    /// <exception cref="IOException">One cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">One cannot be removed.</exception>
    public void Clear()
    {
        foreach (long step in Folder.Steps()) _disk.Remove(Folder.PathOf(step));
        _disk.Remove(Folder.BestPath);
        _disk.FlushFolder(Folder.Path);
    }

    private void RemoveOlderThanKept(long step)
    {
        foreach (long old in Folder.EnumerateSteps().Where(s => s <= step).OrderDescending().Skip(Keep)) DurableFile.RemoveQuietly(Folder.PathOf(old), _disk);
    }

    /// <summary>Removes temporary files of a process that was killed. The folder is locked, so no other process is writing one.</summary>
    private void RemoveTemporaries()
    {
        foreach (string path in _disk.FilesOf(Folder.Path, $"*{CheckpointFolder.Extension}{DurableFile.TemporaryExtension}"))
            DurableFile.RemoveQuietly(path, _disk);
    }

    private void Probe(string directory)
    {
        string probe = Path.Combine(directory, $".probe{CheckpointFolder.Extension}{DurableFile.TemporaryExtension}");
        try
        {
            using Stream stream = _disk.Create(probe);
            stream.Write("RnnActors writes here"u8);
            _disk.Flush(stream);
        }
        finally
        {
            DurableFile.RemoveQuietly(probe, _disk);
        }
    }
}
