using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>A run that a coordinator was given.</summary>
/// <param name="missing">Files that it waits for, by hash.</param>
public sealed class ManagedRun(RunRecord record, IEnumerable<string> missing)
{
    public RunRecord Record { get; internal set; } = record;

    public JobDescription Job => Record.Job;

    public HashSet<string> Missing { get; } = [.. missing];

    /// <summary>Whether its coordinator stands.</summary>
    public bool IsTraining { get; internal set; }

    /// <summary>Whether it is to be stopped as soon as its coordinator stands.</summary>
    public bool StopsWhenBegun { get; internal set; }

    /// <summary>The newest checkpoint, and the best where there is one.</summary>
    public IReadOnlyList<ReplicaFile> Checkpoints { get; internal set; } = [];

    /// <summary>The hash of the newest checkpoint's file; null where there is none.</summary>
    public string? NewestHash => Checkpoints.FirstOrDefault(file => file.Name != ReplicaFile.BestName)?.Hash;

    public string? BestHash => Checkpoints.FirstOrDefault(file => file.Name == ReplicaFile.BestName)?.Hash;

    /// <summary>Counts what a copy must follow.</summary>
    public long Revision { get; internal set; }
}

/// <summary>A node that has registered.</summary>
/// <param name="isHere">Whether it is the coordinator's own process.</param>
public sealed class RegisteredNode(NodeDescription node, bool isHere)
{
    public NodeDescription Node { get; } = node;

    public bool IsHere { get; } = isHere;

    public bool IsConnected { get; internal set; }

    /// <summary>The copy that it was offered and has not answered.</summary>
    internal (string RunId, long Revision)? Offered { get; set; }

    /// <summary>The revisions that it has answered for, by run: it keeps their copies, or could not.</summary>
    internal Dictionary<string, long> Answered { get; } = [];

    /// <summary>The runs of which it could not keep the last copy.</summary>
    internal Dictionary<string, RefusedCopy> Refused { get; } = [];
}
