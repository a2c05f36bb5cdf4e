using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Remote;

/// <summary>
/// Keeps replicas of runs on a candidate, one offer at a time. Missing files are fetched into the cache and then stored as the run's folder, so that the
/// node can continue the run if it becomes the coordinator.
/// </summary>
internal sealed class ReplicaKeeper(NodeDirectory directory)
{
    private readonly Lock _storing = new();
    private volatile OfferReplica? _present;
    private Lacking? _awaited;

    /// <summary>The answer to the present offer; null while it is under way.</summary>
    public ReplicaStored? Answer { get; private set; }

    /// <summary>An offer and its missing files.</summary>
    public sealed record Lacking(OfferReplica Offer, IReadOnlyList<ContentHash> Files)
    {
        public HashSet<ContentHash> Missing { get; } = [.. Files];
    }

    /// <summary>Accepts an offer, in place of the previous one. False for a repeated offer, which is under way or done.</summary>
    public bool Begin(OfferReplica offer)
    {
        if (_present is { } present && (present.Epoch, present.Run.Job.RunId, present.Revision) == (offer.Epoch, offer.Run.Job.RunId, offer.Revision))
            return false;
        BeginAnew(offer);
        return true;
    }

    /// <summary>Accepts an offer, in place of the previous one, even if it has the same numbers: it may be from another node.</summary>
    public void BeginAnew(OfferReplica offer) => (_present, _awaited, Answer) = (offer, null, null);

    /// <summary>Finds the missing files of an offer. It reads the disk.</summary>
    public Lacking Lack(OfferReplica offer)
    {
        List<ContentHash> files = [];
        try
        {
            string folder = directory.FolderOf(offer.Run.Job.RunId);
            if (!offer.Run.IsDeleted) files.AddRange(RunFiles.Files(offer.Run.Job).Where(file => !directory.Files.Holds(file)));
            foreach (var file in FilesOf(offer))
            {
                if (!ContentHash.TryParse(file.Hash, out var hash) || directory.Files.Holds(hash) || files.Contains(hash)) continue;
                if (!IsStored(folder, file, hash)) files.Add(hash);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            // Storing it will report that.
        }

        return new Lacking(offer, files);
    }

    /// <summary>Starts to wait for the files of the present offer; another offer is ignored.</summary>
    /// <param name="store">Called when all files are there.</param>
    /// <returns>Whether there is anything to wait for.</returns>
    public bool Await(Lacking lacking, Action<OfferReplica> store)
    {
        if (!IsPresent(lacking.Offer)) return false;
        _awaited = lacking;
        if (lacking.Missing.Count > 0) return true;
        Complete(store);
        return false;
    }

    public void Arrived(ContentHash file, Action<OfferReplica> store)
    {
        if (_awaited is not null && _awaited.Missing.Remove(file) && _awaited.Missing.Count == 0) Complete(store);
    }

    public void Failed(ContentHash file, Action<OfferReplica> giveUp)
    {
        if (_awaited?.Missing.Contains(file) == true) Complete(giveUp);
    }

    /// <summary>
    /// The present offer was stored, or failed. A failed one is forgotten: when it is repeated it is tried again, since the disk may have room by then.
    /// </summary>
    /// <returns>The answer; null if another offer has taken its place.</returns>
    public ReplicaStored? Done(OfferReplica offer, string? problem)
    {
        if (!IsPresent(offer)) return null;
        var answer = new ReplicaStored(offer.Epoch, offer.Run.Job.RunId, offer.Revision, problem);
        if (problem is null) Answer = answer;
        else Forget();
        return answer;
    }

    public void Forget() => (_present, _awaited, Answer) = (null, null, null);

    /// <summary>Puts a complete replica in its place. It reads and writes the disk.</summary>
    /// <returns>What went wrong; null if nothing did.</returns>
    public string? Store(OfferReplica offer)
    {
        // An offer of the previous coordinator may still be being written.
        lock (_storing) return IsPresent(offer) ? Put(offer) : "another offer has taken its place";
    }

    /// <summary>Whether it is the very offer that was accepted: another coordinator may have made one with the same numbers.</summary>
    private bool IsPresent(OfferReplica offer) => ReferenceEquals(_present, offer);

    private string? Put(OfferReplica offer)
    {
        try
        {
            string folder = directory.FolderOf(offer.Run.Job.RunId);
            directory.CreateFolder(folder);
            foreach (var file in FilesOf(offer))
            {
                bool isLog = file == offer.Log, isExpected = isLog ? file.Name == ReplicaFile.LogName : CheckpointFolder.IsCheckpointName(file.Name);
                if (!isExpected || !ContentHash.TryParse(file.Hash, out var hash)) return $"'{file.Name}' is not the name of a checkpoint";
                if (IsStored(folder, file, hash)) continue;

                // A damaged copy must not replace a good one.
                if (!isLog) CheckpointFile.Check(directory.Files.PathOf(hash), directory.Disk);
                DurableFile.Copy(directory.Files.PathOf(hash), Path.Combine(folder, file.Name), directory.Disk);
            }

            directory.WriteRun(offer.Run);
            if (offer.Run.IsDeleted) directory.RemoveRun(offer.Run.Job.RunId);
            foreach (var file in FilesOf(offer))
                if (ContentHash.TryParse(file.Hash, out var hash)) directory.Files.Remove(hash);
            RemoveOlder(folder, offer);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            return e.Message;
        }
    }

    private static IEnumerable<ReplicaFile> FilesOf(OfferReplica offer) => offer.Log is { } log ? offer.Checkpoints.Append(log) : offer.Checkpoints;

    private void Complete(Action<OfferReplica> then)
    {
        var offer = _awaited!.Offer;
        _awaited = null;
        then(offer);
    }

    private bool IsStored(string folder, ReplicaFile file, ContentHash hash)
    {
        string path = Path.Combine(folder, Path.GetFileName(file.Name));
        return directory.Disk.HasFile(path) && ContentHash.OfFile(path, directory.Disk) == hash;
    }

    /// <summary>Removes checkpoints that are older than the offer's, except as many as the run keeps.</summary>
    private void RemoveOlder(string folder, OfferReplica offer)
    {
        var checkpoints = new CheckpointFolder(folder, directory.Disk);
        HashSet<string> offered = [.. offer.Checkpoints.Select(file => Path.Combine(folder, file.Name))];
        foreach (string path in checkpoints.Steps().Select(checkpoints.PathOf).Skip(Math.Max(1, offer.Run.Job.KeepCheckpoints))
            .Where(path => !offered.Contains(path)))
            DurableFile.RemoveQuietly(path, directory.Disk);
    }
}
