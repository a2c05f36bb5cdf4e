using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>
/// The durable state of a node: the highest epoch that it knows, files by hash, and runs, each a folder with its record and checkpoints. All writes are
/// atomic: a process killed at any instant leaves the old content or the new.
/// </summary>
public sealed class NodeDirectory(string path)
{
    private const string EpochName = "epoch", RunsName = "runs", RecordName = "run.msgpack", AcknowledgedName = "acknowledged.msgpack";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public FileCache Files { get; } = new(System.IO.Path.Combine(System.IO.Path.GetFullPath(path), "files"));

    /// <summary>The folders of <see cref="Files"/> and of the runs.</summary>
    internal string FilesFolder => System.IO.Path.Combine(Path, "files");

    /// <inheritdoc cref="FilesFolder"/>
    internal string RunsFolder => System.IO.Path.Combine(Path, RunsName);

    /// <summary>Copies of checkpoints that candidates were offered.</summary>
    public string OfferedFolder => System.IO.Path.Combine(Path, "offered");

    /// <summary>The highest stored epoch; 0 for none.</summary>
    public long ReadEpoch()
    {
        try
        {
            return long.TryParse(File.ReadAllText(System.IO.Path.Combine(Path, EpochName)), NumberStyles.None, CultureInfo.InvariantCulture, out long epoch)
                ? epoch
                : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void WriteEpoch(long epoch) => Write(
        System.IO.Path.Combine(Path, EpochName), System.Text.Encoding.ASCII.GetBytes(epoch.ToString(CultureInfo.InvariantCulture)));

    /// <summary>What the node has heard to be acknowledged of runs; empty for nothing.</summary>
    public IReadOnlyList<AcknowledgedRun> ReadAcknowledged()
    {
        try
        {
            return StoredRecords.DecodeAcknowledged(File.ReadAllBytes(System.IO.Path.Combine(Path, AcknowledgedName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void WriteAcknowledged(IEnumerable<AcknowledgedRun> runs) =>
        Write(System.IO.Path.Combine(Path, AcknowledgedName), StoredRecords.Encode([.. runs]));

    /// <summary>The folder of a run's checkpoints.</summary>
    public string FolderOf(string runId) => ContentHash.TryParse(runId, out _)
        ? System.IO.Path.Combine(Path, RunsName, runId)
        : throw new InvalidInputException($"'{runId}' is not the identity of a run");

    /// <summary>The file of a run's log.</summary>
    public string LogOf(string runId) => System.IO.Path.Combine(FolderOf(runId), ReplicaFile.LogName);

    /// <summary>Removes a run's checkpoints and its log, and not its record.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Something cannot be removed.</exception>
    public void RemoveRun(string runId)
    {
        if (!Directory.Exists(FolderOf(runId))) return;
        var checkpoints = new CheckpointFolder(FolderOf(runId));
        foreach (string file in checkpoints.Steps().Select(checkpoints.PathOf).Append(checkpoints.BestPath).Append(LogOf(runId))) File.Delete(file);
    }

    public void WriteRun(RunRecord run) => Write(System.IO.Path.Combine(FolderOf(run.Job.RunId), RecordName), StoredRecords.Encode(run));

    /// <summary>The stored runs; damaged ones are skipped.</summary>
    public IReadOnlyList<RunRecord> ReadRuns()
    {
        string runs = System.IO.Path.Combine(Path, RunsName);
        if (!Directory.Exists(runs)) return [];
        List<RunRecord> found = [];
        foreach (string folder in Directory.EnumerateDirectories(runs).Order(StringComparer.Ordinal))
        {
            string record = System.IO.Path.Combine(folder, RecordName);
            if (!File.Exists(record) || StoredRecords.DecodeRun(File.ReadAllBytes(record)) is not { } run) continue;
            if (run.Job.RunId == System.IO.Path.GetFileName(folder)) found.Add(run);
        }

        return [.. found.OrderBy(run => run.Number)];
    }

    /// <summary>Locks the directory against other nodes until it is disposed, or the process ends.</summary>
    /// <param name="isShared">Whether several nodes share the directory on purpose.</param>
    /// <exception cref="InvalidInputException">Another node has the directory, or it cannot be written.</exception>
    /// <param name="warn">Called where other users of the machine may read the directory.</param>
    public IDisposable Hold(bool isShared, Action<string>? warn = null)
    {
        try
        {
            // What several nodes share may be of several users: its rights are left as they are.
            if (isShared) Directory.CreateDirectory(Path);
            else if (PrivateFolder.Create(Path) is { } warning) warn?.Invoke(warning);
            return FolderLock.Take(Path, "give this node another data directory", isShared);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"the node's data directory cannot be written: {e.Message.TrimEnd('.')}", "Give the node another one, or make it writable",
                    new SourceLocation(Path), e);
        }
    }

    private static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        DurableFile.Write(path, stream => stream.Write(bytes));
    }
}
