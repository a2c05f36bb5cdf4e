using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>
/// Writes a run's checkpoints on the coordinator's disk. Where the disk refuses, only the checkpoint fails, and the next one tries again. Before it writes
/// it looks at the epoch in the directory: a coordinator that was superseded writes nothing. The run's folder is held no longer than that takes: where
/// candidates share it, one that hangs must not keep its successor out. Called by one thread at a time.
/// </summary>
internal sealed class CheckpointVault(
    NodeDirectory directory, JobDescription description, TrainingJob job, Func<long> epoch, Action<IReadOnlyList<ReplicaFile>> stored, Action<long> superseded,
    Action<string> report)
    : ICheckpointSink, IDisposable
{
    private const string EpochKey = "coordinator_epoch";

    private readonly Lock _gate = new();
    private bool _isClosed;

    public CheckpointSaved Save(TrainingState state, bool isBest)
    {
        lock (_gate)
        {
            if (_isClosed) throw new IOException("the coordinator has ended");
            using var store = Open();
            if (directory.ReadEpoch() is var found && found > epoch())
            {
                superseded(found);
                throw new IOException($"another coordinator, of epoch {found}, has taken over");
            }

            var sink = new CheckpointSink(
                store, job.Model, job.Training, new RunIdentity(description.Specification, description.Preparation, description.DataHash))
            {
                MoreMetadata = [new(EpochKey, epoch().ToString(System.Globalization.CultureInfo.InvariantCulture))],
            };
            var saved = sink.Save(state, isBest);
            stored(Newest(store.Folder, report));
            return saved;
        }
    }

    /// <summary>The newest checkpoint of a folder that can be read and the best, with their hashes: what a copy needs.</summary>
    /// <param name="report">Told of those that cannot be read and are passed over.</param>
    public static IReadOnlyList<ReplicaFile> Newest(CheckpointFolder folder, Action<string> report)
    {
        List<ReplicaFile> files = [];
        try
        {
            foreach (long step in folder.Steps())
            {
                if (TryRead(folder.PathOf(step), report) is not { } newest) continue;
                files.Add(newest);
                break;
            }
        }
        catch (InvalidInputException e)
        {
            report(e.Message.TrimEnd('.'));
        }

        if (TryRead(folder.BestPath, report) is { } best) files.Add(best);
        return files;
    }

    private static ReplicaFile? TryRead(string path, Action<string> report)
    {
        try
        {
            return new ReplicaFile(Path.GetFileName(path), ContentHash.OfFile(path).ToString());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // there is none, or the run has removed it meanwhile and has a newer one
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report($"The checkpoint '{path}' cannot be read and is passed over: {e.Message.TrimEnd('.')}");
            return null;
        }
    }

    public void Dispose()
    {
        lock (_gate) _isClosed = true;
    }

    private CheckpointStore Open()
    {
        try
        {
            return new CheckpointStore(directory.FolderOf(description.RunId), Math.Max(1, description.KeepCheckpoints));
        }
        catch (InvalidInputException e)
        {
            throw new IOException(e.Message.TrimEnd('.'), e);
        }
    }
}
