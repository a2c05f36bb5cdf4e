using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>
/// Copies of checkpoints that candidates were offered, kept until they answer. The run itself removes older checkpoints and overwrites its best meanwhile, so a
/// slow candidate would never get a complete one. Thread-safe.
/// </summary>
/// <param name="report">Called for checkpoints that cannot be read.</param>
/// <param name="disk">Null for this machine's.</param>
internal sealed class OfferedFiles(string folder, Action<string> report, IDisk? disk = null)
{
    private const int Attempts = 5;

    private readonly Lock _gate = new();
    private readonly IDisk _disk = disk ?? LocalDisk.Instance;
    private readonly Dictionary<string, ContentHash[]> _offers = [];

    /// <summary>
    /// Copies a run's newest and best checkpoints and its log for an offer to a node, in place of its previous offer. Files that cannot be copied are left out.
    /// </summary>
    public IReadOnlyList<ReplicaFile> Take(string nodeId, CheckpointFolder run)
    {
        lock (_gate)
        {
            List<ReplicaFile> files = [];
            try
            {
                DurableFolder.Create(folder, _disk);
                if (Newest(run) is { } newest) files.Add(newest);
                if (_disk.HasFile(run.BestPath) && CopyWhole(run.BestPath) is { } best) files.Add(best);
                string log = Path.Combine(run.Path, ReplicaFile.LogName);
                if (_disk.HasFile(log)) files.Add(Copy(log));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
            {
                // The disk is full: the checkpoint itself is offered, which stays for a while.
                if (files.Count == 0) files.AddRange(ReplicaFiles.Newest(run, report).Where(file => file.Name != ReplicaFile.BestName));
            }

            Keep(nodeId, [.. files.Select(file => ContentHash.Parse(file.Hash))]);
            return files;
        }
    }

    /// <summary>The path of an offered file; null if it is not offered.</summary>
    public string? PathOf(ContentHash file)
    {
        lock (_gate) return _offers.Values.Any(offer => offer.Contains(file)) && _disk.HasFile(Place(file)) ? Place(file) : null;
    }

    /// <summary>Removes a node's offer: it answered, or is gone.</summary>
    public void Release(string nodeId)
    {
        lock (_gate) Keep(nodeId, []);
    }

    /// <summary>Removes what a killed process left behind.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _offers.Clear();
            if (!_disk.HasFolder(folder)) return;
            foreach (string file in _disk.FilesOf(folder)) DurableFile.RemoveQuietly(file, _disk);
        }
    }

    /// <summary>The run's newest undamaged checkpoint. Its file may disappear between finding and opening it; then there is a newer one.</summary>
    private ReplicaFile? Newest(CheckpointFolder run)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                foreach (long step in run.Steps())
                    if (CopyWhole(run.PathOf(step)) is { } copy) return copy;
                return null;
            }
            catch (FileNotFoundException) when (attempt < Attempts)
            {
            }
        }
    }

    /// <summary>Copies a checkpoint unless it is damaged: a candidate would replace its own older one with it.</summary>
    private ReplicaFile? CopyWhole(string path)
    {
        var copy = Copy(path);
        try
        {
            CheckpointFile.Check(Place(ContentHash.Parse(copy.Hash)), _disk);
            return copy;
        }
        catch (InvalidInputException e)
        {
            report($"The checkpoint '{path}' is passed over: {e.Message.TrimEnd('.')}");
            DurableFile.RemoveQuietly(Place(ContentHash.Parse(copy.Hash)), _disk);
            return null;
        }
    }

    private ReplicaFile Copy(string path)
    {
        string temporary = Path.Combine(folder, Path.GetFileName(path) + DurableFile.TemporaryExtension);
        try
        {
            using (var source = _disk.Open(path))
            using (var target = _disk.Create(temporary))
                source.CopyTo(target);
            var hash = ContentHash.OfFile(temporary, _disk);
            _disk.Rename(temporary, Place(hash));
            return new ReplicaFile(Path.GetFileName(path), hash.ToString());
        }
        catch
        {
            DurableFile.RemoveQuietly(temporary, _disk);
            throw;
        }
    }

    private void Keep(string nodeId, ContentHash[] files)
    {
        var before = _offers.GetValueOrDefault(nodeId, []);
        if (files.Length == 0) _offers.Remove(nodeId);
        else _offers[nodeId] = files;
        foreach (var file in before)
            if (!_offers.Values.Any(offer => offer.Contains(file))) DurableFile.RemoveQuietly(Place(file), _disk);
    }

    private string Place(ContentHash file) => Path.Combine(folder, file.ToString());
}
