using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>
/// Writes a run's checkpoints on the coordinator's disk. If the disk refuses one, only that checkpoint fails, and the next one tries again. It checks the epoch
/// in the directory before each write: a superseded coordinator writes nothing. The run's folder is locked only while it writes: a coordinator that hangs must
/// not lock its successor out of a shared folder. Called by one thread at a time.
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
            stored(ReplicaFiles.Newest(store.Folder, report));
            return saved;
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
            return new CheckpointStore(directory.FolderOf(description.RunId), Math.Max(1, description.KeepCheckpoints), directory.Disk);
        }
        catch (InvalidInputException e)
        {
            throw new IOException(e.Message.TrimEnd('.'), e);
        }
    }
}
