using RnnActors.Core.Checkpoints;
using RnnActors.Training.Files;

namespace RnnActors.Training.Storage;

/// <summary>Looks at what a node's directory holds, and deletes of it what <see cref="RetentionRule"/> says. It reads and writes the disk.</summary>
internal sealed class HeldStorage(NodeDirectory directory, StorageUse use)
{
    private const string TakenPrefix = ".deleted-";

    /// <summary>All runs and files. What cannot be looked at is passed over.</summary>
    public IReadOnlyList<HeldItem> Look()
    {
        RemoveTaken();
        HashSet<string> open = [];
        List<HeldItem> items = [];
        foreach (var run in directory.ReadRuns().Where(run => run.Ending is null))
        {
            open.Add(run.Job.RunId);
            open.UnionWith(new[] { run.Job.Train, run.Job.Validation, run.Job.Start }.OfType<string>());
        }

        foreach (string folder in Entries(directory.RunsFolder, Directory.EnumerateDirectories))
        {
            string name = Path.GetFileName(folder);
            FileInfo[] files = [.. Entries(folder, Directory.EnumerateFiles).Select(path => new FileInfo(path)).Where(file => file.Exists)];
            if (!ContentHash.TryParse(name, out _)) continue;
            DateTime used = files.Select(file => file.LastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(folder)).Max();
            items.Add(new HeldItem(HeldKind.Run, name, files.Sum(file => file.Length), used, open.Contains(name) || use.IsNeeded(name)));
        }

        foreach (var file in Entries(directory.FilesFolder, Directory.EnumerateFiles).Select(path => new FileInfo(path)).Where(file => file.Exists))
        {
            var kind = ContentHash.TryParse(file.Name, out _) ? HeldKind.Data : HeldKind.Remains;
            items.Add(new HeldItem(kind, file.Name, file.Length, file.LastWriteTimeUtc, open.Contains(file.Name) || use.IsNeeded(file.Name)));
        }

        return items;
    }

    /// <returns>Whether it is gone: not where somebody has begun to need it, or the disk refuses.</returns>
    public bool Delete(HeldItem item)
    {
        string from = Path.Combine(item.Kind == HeldKind.Run ? directory.RunsFolder : directory.FilesFolder, item.Name);
        string taken = Path.Combine(Path.GetDirectoryName(from)!, TakenPrefix + item.Name);
        try
        {
            // Renamed first: whoever needs it again finds nothing, and not a part of it.
            if (!use.TryTake(item.Name, () => Directory.Move(from, taken))) return false;
            Remove(taken);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>What a process that was killed had begun to delete.</summary>
    private void RemoveTaken()
    {
        foreach (string folder in new[] { directory.RunsFolder, directory.FilesFolder })
            foreach (string taken in Entries(folder, path => Directory.EnumerateFileSystemEntries(path, TakenPrefix + "*"))) Remove(taken);
    }

    private static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else DurableFile.RemoveQuietly(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next look tries again.
        }
    }

    private static IReadOnlyList<string> Entries(string folder, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return Directory.Exists(folder) ? [.. list(folder)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
