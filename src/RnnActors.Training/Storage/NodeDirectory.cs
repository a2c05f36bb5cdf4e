using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>
/// The durable state of a node: the highest epoch that it knows, files by hash, and runs, each a folder with its record and checkpoints. All writes are
/// atomic: a process killed at any instant leaves the old content or the new.
/// </summary>
/// <param name="disk">Null for this machine's.</param>
public sealed class NodeDirectory(string path, IDisk? disk = null)
{
    private const string EpochName = "epoch", RunsName = "runs", RecordName = "run.msgpack", AcknowledgedName = "acknowledged.msgpack";

    private readonly ConcurrentDictionary<string, bool> _made = new();

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public IDisk Disk { get; } = disk ?? LocalDisk.Instance;

    public FileCache Files { get; } = new(System.IO.Path.Combine(System.IO.Path.GetFullPath(path), "files"), disk);

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
            return long.TryParse(Encoding.ASCII.GetString(ReadAll(System.IO.Path.Combine(Path, EpochName))), NumberStyles.None, CultureInfo.InvariantCulture,
                out long epoch)
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
        System.IO.Path.Combine(Path, EpochName), Encoding.ASCII.GetBytes(epoch.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The acknowledged states that the node knows; empty for none.</summary>
    public IReadOnlyList<AcknowledgedRun> ReadAcknowledged()
    {
        try
        {
            return StoredRecords.DecodeAcknowledged(ReadAll(System.IO.Path.Combine(Path, AcknowledgedName)));
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

    /// <inheritdoc cref="FolderOf"/>
    public CheckpointFolder CheckpointsOf(string runId) => new(FolderOf(runId), Disk);

    /// <summary>The file of a run's log.</summary>
    public string LogOf(string runId) => System.IO.Path.Combine(FolderOf(runId), ReplicaFile.LogName);

    /// <summary>Removes a run's checkpoints and its log, and not its record.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Something cannot be removed.</exception>
    public void RemoveRun(string runId)
    {
        if (!Disk.HasFolder(FolderOf(runId))) return;
        var checkpoints = CheckpointsOf(runId);
        foreach (string file in checkpoints.Steps().Select(checkpoints.PathOf).Append(checkpoints.BestPath).Append(LogOf(runId))) Disk.Remove(file);
    }

    public void WriteRun(RunRecord run) => Write(System.IO.Path.Combine(FolderOf(run.Job.RunId), RecordName), StoredRecords.Encode(run));

    /// <summary>The stored runs; damaged ones are skipped.</summary>
    public IReadOnlyList<RunRecord> ReadRuns()
    {
        string runs = System.IO.Path.Combine(Path, RunsName);
        if (!Disk.HasFolder(runs)) return [];
        List<RunRecord> found = [];
        foreach (string folder in Disk.FoldersOf(runs).Order(StringComparer.Ordinal))
        {
            string record = System.IO.Path.Combine(folder, RecordName);
            if (!Disk.HasFile(record) || StoredRecords.DecodeRun(ReadAll(record)) is not { } run) continue;
            if (run.Job.RunId == System.IO.Path.GetFileName(folder)) found.Add(run);
        }

        return [.. found.OrderBy(run => run.Number)];
    }

    /// <summary>Locks the directory against other nodes until it is disposed, or the process ends.</summary>
    /// <param name="isShared">Whether several nodes share the directory on purpose.</param>
    /// <exception cref="InvalidInputException">Another node has the directory, or it cannot be written.</exception>
    /// <param name="warn">Called where other users of the machine may read the directory.</param>
    public IDisposable Lock(bool isShared, Action<string>? warn = null)
    {
        try
        {
            // Nodes that share it may run under several users: its permissions are left as they are.
            if (isShared) Directory.CreateDirectory(Path);
            else if (PrivateFolder.Create(Path) is { } warning) warn?.Invoke(warning);
            DurableFolder.Create(Path, Disk);
            Disk.FlushFolder(Path);
            return Disk.Lock(Path, "give this node another data directory", isShared);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"the node's data directory cannot be written: {e.Message.TrimEnd('.')}", "Give the node another one, or make it writable",
                    new SourceLocation(Path), e);
        }
    }

    /// <summary>Makes a folder of the directory, durably. Its parent folder is flushed once in the process's life.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    internal void CreateFolder(string path)
    {
        if (_made.ContainsKey(path) && Disk.HasFolder(path)) return;
        DurableFolder.Create(path, Disk);
        _made[path] = true;
    }

    private byte[] ReadAll(string path)
    {
        using Stream stream = Disk.Open(path);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void Write(string path, byte[] bytes)
    {
        CreateFolder(System.IO.Path.GetDirectoryName(path)!);
        DurableFile.Write(path, stream => stream.Write(bytes), Disk);
    }
}
