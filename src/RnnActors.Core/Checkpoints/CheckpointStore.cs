using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// The folder that a training run writes its checkpoints to: the last few, and the best. Whatever happens at whatever instant, a loadable one exists
/// once the first is saved. It holds the folder against other processes until it is disposed. Calls come one at a time, from any thread.
/// </summary>
public sealed class CheckpointStore : IDisposable
{
    private readonly FolderLock _lock;
    private readonly Action<SaveStage, string> _at;

    /// <param name="directory">Made where it does not exist.</param>
    /// <param name="keep">How many checkpoints of steps stay, at least 1; the best stays beside them.</param>
    /// <exception cref="InvalidInputException">The folder cannot be made or written, or another process is writing it.</exception>
    public CheckpointStore(string directory, int keep)
        : this(directory, keep, (_, _) => { })
    {
    }

    internal CheckpointStore(string directory, int keep, Action<SaveStage, string> at)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        (Folder, Keep, _at) = (new CheckpointFolder(directory), keep, at);
        try
        {
            Directory.CreateDirectory(directory);
            _lock = FolderLock.Take(directory, "choose another folder with --out");
            RemoveTemporaries();
            Probe(directory);
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
    /// Saves durably, then removes what is too old: the steps before this one beyond the last <see cref="Keep"/>. Files of later steps (of a run that went
    /// on from an earlier checkpoint) are left alone. The best is written first: a process that dies between the two goes on from the step before and finds
    /// the same best again, whereas the other order would lose it.
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
            if (isBest) DurableFile.Write(Folder.BestPath, stream => CheckpointFile.Write(stream, step, all, pairs), _at);
            DurableFile.Write(path, stream => CheckpointFile.Write(stream, step, all, pairs), _at);
            RemoveOlderThanKept(step);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointFailedException(path, e);
        }

        return path;
    }

    public void Dispose() => _lock.Dispose();

    private void RemoveOlderThanKept(long step)
    {
        foreach (long old in Folder.EnumerateSteps().Where(s => s <= step).OrderDescending().Skip(Keep))
        {
            DurableFile.RemoveQuietly(Folder.PathOf(old));
            _at(SaveStage.Removed, Folder.PathOf(old));
        }
    }

    /// <summary>Those of a process that was killed; only this one writes here now.</summary>
    private void RemoveTemporaries()
    {
        foreach (string path in Directory.EnumerateFiles(Folder.Path, $"*{CheckpointFolder.Extension}{DurableFile.TemporaryExtension}"))
            DurableFile.RemoveQuietly(path);
    }

    private static void Probe(string directory)
    {
        string probe = Path.Combine(directory, $".probe{CheckpointFolder.Extension}{DurableFile.TemporaryExtension}");
        using FileStream stream = new(probe, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        stream.Write("RnnActors writes here"u8);
        RandomAccess.FlushToDisk(stream.SafeFileHandle);
    }
}
