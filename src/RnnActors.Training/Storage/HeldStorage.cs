using RnnActors.Core.Checkpoints;
using RnnActors.Training.Files;

namespace RnnActors.Training.Storage;

/// <summary>Finds what a node's directory holds, and deletes what <see cref="RetentionRule"/> selects. It uses the directory's disk.</summary>
internal sealed class HeldStorage(NodeDirectory directory, StorageUse use)
{
    private const string TakenPrefix = ".deleted-";

    private readonly IDisk _disk = directory.Disk;

    /// <summary>All runs and files. Those that cannot be read are skipped.</summary>
    public IReadOnlyList<HeldItem> List()
    {
        RemoveTaken();
        HashSet<string> open = [];
        List<HeldItem> items = [];
        foreach (var run in directory.ReadRuns().Where(run => run.Ending is null))
        {
            open.Add(run.Job.RunId);
            open.UnionWith(new[] { run.Job.Train, run.Job.Validation, run.Job.Start }.OfType<string>());
        }

        foreach (string folder in Entries(directory.RunsFolder, _disk.FoldersOf))
        {
            string name = Path.GetFileName(folder);
            if (!ContentHash.TryParse(name, out _) || _disk.Find(folder) is not { } own) continue;
            DiskEntry[] files = [.. Entries(folder, Files).Select(_disk.Find).OfType<DiskEntry>()];
            DateTime used = files.Append(own).Max(entry => entry.Changed);
            items.Add(new HeldItem(HeldKind.Run, name, files.Sum(file => file.Bytes), used, open.Contains(name) || use.IsNeeded(name)));
        }

        foreach (string file in Entries(directory.FilesFolder, Files))
        {
            if (_disk.Find(file) is not { } entry) continue;
            string name = Path.GetFileName(file);
            var kind = ContentHash.TryParse(name, out _) ? HeldKind.Data : HeldKind.Remains;
            items.Add(new HeldItem(kind, name, entry.Bytes, entry.Changed, open.Contains(name) || use.IsNeeded(name)));
        }

        return items;
    }

    /// <returns>Whether it was deleted; not if it is needed by now, or the disk refuses.</returns>
    public bool Delete(HeldItem item)
    {
        string folder = item.Kind == HeldKind.Run ? directory.RunsFolder : directory.FilesFolder;
        string from = Path.Combine(folder, item.Name), taken = Path.Combine(folder, TakenPrefix + item.Name);
        try
        {
            // Renamed first, and flushed: whoever needs it again finds nothing rather than a part of it, even after a power cut.
            if (!use.TryTake(item.Name, () => Take(item.Kind, from, taken))) return false;
            _disk.FlushFolder(folder);
            Remove(taken);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Deletes what a killed process had begun to delete.</summary>
    private void RemoveTaken()
    {
        foreach (string folder in new[] { directory.RunsFolder, directory.FilesFolder })
        {
            string[] taken = [.. Entries(folder, path => [.. _disk.FoldersOf(path), .. _disk.FilesOf(path)])
                .Where(path => Path.GetFileName(path).StartsWith(TakenPrefix, StringComparison.Ordinal))];
            if (taken.Length == 0) continue;
            try
            {
                _disk.FlushFolder(folder);
                foreach (string path in taken) Remove(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next pass tries again.
            }
        }
    }

    private void Take(HeldKind kind, string from, string taken)
    {
        if (kind == HeldKind.Run) _disk.RenameFolder(from, taken);
        else _disk.Rename(from, taken);
    }

    private void Remove(string path)
    {
        try
        {
            if (_disk.HasFolder(path)) RemoveFolder(path);
            else _disk.Remove(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next pass tries again.
        }
    }

    private void RemoveFolder(string path)
    {
        foreach (string folder in _disk.FoldersOf(path)) RemoveFolder(folder);
        foreach (string file in _disk.FilesOf(path)) _disk.Remove(file);
        _disk.RemoveFolder(path);
    }

    private IReadOnlyList<string> Files(string folder) => _disk.FilesOf(folder);

    private IReadOnlyList<string> Entries(string folder, Func<string, IReadOnlyList<string>> list)
    {
        try
        {
            return _disk.HasFolder(folder) ? list(folder) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
