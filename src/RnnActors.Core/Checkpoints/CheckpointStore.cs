using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// The folder that a training run writes its checkpoints to: the last few, and the best. Whatever happens at whatever instant, a loadable one exists
/// once the first is saved. It holds the folder against other processes until it is disposed. Calls come one at a time, from any thread.
/// </summary>
public sealed class CheckpointStore : IDisposable
{
    private readonly IDisposable _lock;
    private readonly IDisk _disk;

    /// <param name="directory">Made where it does not exist.</param>
    /// <param name="keep">How many checkpoints of steps stay, at least 1; the best stays beside them.</param>
    /// <param name="disk">Null for this machine's.</param>
    /// <exception cref="InvalidInputException">The folder cannot be made or written, or another process is writing it.</exception>
    public CheckpointStore(string directory, int keep, IDisk? disk = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        _disk = disk ?? LocalDisk.Instance;
        (Folder, Keep) = (new CheckpointFolder(directory, _disk), keep);
        try
        {
            DurableFolder.Create(directory, _disk);
            _lock = _disk.Hold(directory, "choose another folder with --out");
            RemoveTemporaries();
            Probe(directory);

            // A process that was killed may have named a checkpoint and not flushed the name: what this one goes on from must not vanish after it.
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
    /// Saves durably, then removes what is too old: the steps before this one beyond the last <see cref="Keep"/>. Files of later steps (of a run that went on
    /// from an earlier checkpoint) are left alone. The best is written first. A process that dies between the two goes on from the step before and finds the
    /// same best again; the other order would lose it.
    /// </summary>
    /// <param name="tensors">They must not change until this returns.</param>
    /// <param name="isBest">Whether it becomes <c>best.safetensors</c> as well.</param>
    /// <returns>The file of the step.</returns>
    /// <exception cref="CheckpointFailedException">It could not be written; the previous ones
    /// stand, the previous best too unless the new one is already there.</exception>
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

    /// <summary>Removes all checkpoints, so that a power cut does not bring one back beside those of the run that takes their place.</summary>
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

    /// <summary>Those of a process that was killed; only this one writes here now.</summary>
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
