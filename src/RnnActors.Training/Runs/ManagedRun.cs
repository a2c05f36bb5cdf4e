using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>A run of the cluster.</summary>
/// <param name="missing">The hashes of its missing files.</param>
public sealed class ManagedRun(RunRecord record, IEnumerable<string> missing)
{
    public RunRecord Record { get; internal set; } = record;

    public JobDescription Job => Record.Job;

    public HashSet<string> Missing { get; } = [.. missing];

    /// <summary>Whether its coordinator has started.</summary>
    public bool IsTraining { get; internal set; }

    /// <summary>Why it stops after its step, or as soon as its coordinator has started.</summary>
    public RunStop Stop { get; internal set; }

    /// <summary>Whether it goes back to the queue when it has stopped.</summary>
    public bool GoesBack => Stop is RunStop.PutOff or RunStop.Pausing;

    /// <summary>Whether it ran out of memory beside other runs, and so trains alone.</summary>
    public bool TrainsAlone { get; internal set; }

    /// <summary>How many times it was interrupted.</summary>
    internal int Pauses { get; set; }

    /// <summary>Whether it is paused without waiting any longer for candidates to copy its state.</summary>
    internal bool IsOverdue { get; set; }

    /// <summary>Whether another run has trained beside it since it began.</summary>
    internal bool HadCompany { get; set; }

    /// <summary>Whether a client has submitted it to this coordinator.</summary>
    public bool IsWanted { get; internal set; }

    /// <summary>The user who asked it to stop; null for none.</summary>
    internal string? StopReason { get; set; }

    /// <summary>The newest checkpoint, and the best if there is one.</summary>
    public IReadOnlyList<ReplicaFile> Checkpoints
    {
        get;
        internal set => (field, UsableStep) = (value, null);
    } = [];

    /// <summary>The step of the newest checkpoint; 0 where there is none.</summary>
    public long NewestStep => Checkpoints.Select(ReplicaFiles.StepOf).DefaultIfEmpty().Max();

    /// <summary>The step of the newest readable checkpoint, if the newest file cannot be read; else null.</summary>
    internal long? UsableStep { get; set; }

    /// <summary>The hash of the newest checkpoint's file; null where there is none.</summary>
    public string? NewestHash => Checkpoints.FirstOrDefault(file => file.Name != ReplicaFile.BestName)?.Hash;

    public string? BestHash => Checkpoints.FirstOrDefault(file => file.Name == ReplicaFile.BestName)?.Hash;

    /// <summary>Counts the changes that must be replicated.</summary>
    public long Revision { get; internal set; }
}

/// <summary>Why a run is stopped between two steps.</summary>
public enum RunStop
{
    /// <summary>It is not stopped.</summary>
    None,

    /// <summary>A user asked for it.</summary>
    Asked,

    /// <summary>Another node has a newer state of it.</summary>
    PutOff,

    /// <summary>A run of higher priority waits.</summary>
    Pausing,
}

/// <summary>A node that has registered.</summary>
/// <param name="isHere">Whether it is the coordinator's own process.</param>
public sealed class RegisteredNode(NodeDescription node, bool isHere)
{
    public NodeDescription Node { get; } = node;

    public bool IsHere { get; } = isHere;

    public bool IsConnected { get; internal set; }

    /// <summary>Why it is excluded from all runs: it computed other bits than two others; null if it is not.</summary>
    public string? ShutOut { get; internal set; }

    /// <summary>The replica that it was offered and has not answered.</summary>
    internal (string RunId, long Revision)? Offered { get; set; }

    /// <summary>The step of the checkpoint that the offer had.</summary>
    internal long OfferedStep { get; set; }

    /// <summary>For each run, how many offers the node had been made when the run was last offered.</summary>
    internal Dictionary<string, long> LastOffers { get; } = [];

    internal long Offers { get; set; }

    /// <summary>For each run, the step of the last checkpoint for which it answered.</summary>
    internal Dictionary<string, long> Steps { get; } = [];

    /// <summary>For each run, the step of the newest checkpoint that it reported to have.</summary>
    internal Dictionary<string, long> Held { get; set; } = [];

    /// <summary>The runs that it could not return when asked.</summary>
    internal Dictionary<string, ReplicaBackoff> Unreturned { get; } = [];

    /// <summary>Why it cannot take part, or what it waits for, as it reports itself; null for nothing.</summary>
    public string? Problem { get; internal set; }

    internal long StepAnswered(string runId) => Steps.GetValueOrDefault(runId, -1);

    /// <summary>For each run, the last revision for which it answered, whether it stored it or failed.</summary>
    internal Dictionary<string, long> Answered { get; } = [];

    /// <summary>The runs whose last replica it could not store.</summary>
    internal Dictionary<string, ReplicaBackoff> Refused { get; } = [];
}
