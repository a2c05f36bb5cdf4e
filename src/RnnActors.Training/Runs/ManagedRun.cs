using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>A run that the cluster has.</summary>
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

    /// <summary>Whether it has run out of memory beside others, and so trains when no other does.</summary>
    public bool TrainsAlone { get; internal set; }

    /// <summary>How many times it was interrupted.</summary>
    internal int Pauses { get; set; }

    /// <summary>Whether no candidate is waited for any more before it is told to be paused.</summary>
    internal bool IsOverdue { get; set; }

    /// <summary>Whether another run has trained since it began.</summary>
    internal bool HadCompany { get; set; }

    /// <summary>Whether a client has submitted it to this coordinator.</summary>
    public bool IsWanted { get; internal set; }

    /// <summary>The user who asked it to stop; null for none.</summary>
    internal string? StopReason { get; set; }

    /// <summary>The newest checkpoint, and the best where there is one.</summary>
    public IReadOnlyList<ReplicaFile> Checkpoints
    {
        get;
        internal set => (field, UsableStep) = (value, null);
    } = [];

    /// <summary>The step of the newest checkpoint; 0 where there is none.</summary>
    public long NewestStep => Checkpoints.Select(ReplicaFiles.StepOf).DefaultIfEmpty().Max();

    /// <summary>The step of the newest checkpoint that can be read, where the newest file cannot.</summary>
    internal long? UsableStep { get; set; }

    /// <summary>The hash of the newest checkpoint's file; null where there is none.</summary>
    public string? NewestHash => Checkpoints.FirstOrDefault(file => file.Name != ReplicaFile.BestName)?.Hash;

    public string? BestHash => Checkpoints.FirstOrDefault(file => file.Name == ReplicaFile.BestName)?.Hash;

    /// <summary>Counts the changes that replicas must follow.</summary>
    public long Revision { get; internal set; }
}

/// <summary>Why a run stops between two steps.</summary>
public enum RunStop
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Somebody has asked for its end.</summary>
    Asked,

    /// <summary>Another node holds a newer state of it.</summary>
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

    /// <summary>Why it takes part in nothing: it computed other bits than two others; null where it did not.</summary>
    public string? ShutOut { get; internal set; }

    /// <summary>The replica that it was offered and has not answered.</summary>
    internal (string RunId, long Revision)? Offered { get; set; }

    /// <summary>The step of the checkpoint that the offer had.</summary>
    internal long OfferedStep { get; set; }

    /// <summary>How many offers it had been made when each run was offered last.</summary>
    internal Dictionary<string, long> LastOffers { get; } = [];

    internal long Offers { get; set; }

    /// <summary>The steps of the checkpoints that it has answered for, by run.</summary>
    internal Dictionary<string, long> Steps { get; } = [];

    /// <summary>What it said to hold, by run: the step of its newest checkpoint.</summary>
    internal Dictionary<string, long> Held { get; set; } = [];

    /// <summary>The runs that it was asked for in vain.</summary>
    internal Dictionary<string, RefusedCopy> Unreturned { get; } = [];

    /// <summary>Why it cannot take part, or what it waits for, as it says itself; null for nothing.</summary>
    public string? Problem { get; internal set; }

    internal long StepAnswered(string runId) => Steps.GetValueOrDefault(runId, -1);

    /// <summary>The last revision that it answered for, by run, whether it stored it or failed.</summary>
    internal Dictionary<string, long> Answered { get; } = [];

    /// <summary>The runs whose last replica it could not store.</summary>
    internal Dictionary<string, RefusedCopy> Refused { get; } = [];
}
