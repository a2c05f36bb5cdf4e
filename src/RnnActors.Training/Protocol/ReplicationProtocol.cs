using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>What a coordinator stores about a run besides its job.</summary>
/// <param name="Number">Runs train in the order of their numbers.</param>
/// <param name="Ending">How it ended; null while it has not.</param>
/// <param name="Owner">The user who submitted it; null if unknown.</param>
/// <param name="Priority">Runs of a higher one train first.</param>
/// <param name="SubmittedAt">In milliseconds since 1970, UTC; 0 where it is not known.</param>
/// <param name="IsDeleted">Whether the run was deleted and only this record is left, for candidates that have a copy.</param>
/// <param name="ShutOut">The processes that computed wrongly for it; null for none. They stay shut out under the next coordinator.</param>
/// <param name="Unaudited">How many steps should have been audited and were not, as far as was published.</param>
/// <param name="Pause">Its interruption; null where it was not interrupted, or trains again.</param>
[MessagePackObject]
public sealed record RunRecord(
    [property: Key(0)] JobDescription Job, [property: Key(1)] long Number, [property: Key(2)] RunEnded? Ending, [property: Key(3)] string? Owner = null,
    [property: Key(4)] int Priority = 0, [property: Key(5)] long SubmittedAt = 0, [property: Key(6)] bool IsDeleted = false,
    [property: Key(7)] ShutOutProcess[]? ShutOut = null, [property: Key(8)] long Unaudited = 0, [property: Key(9)] RunPause? Pause = null);

/// <summary>A run was interrupted for one of a higher priority, and goes on when there is a place for it.</summary>
/// <param name="Step">The step after which it was interrupted, whose state is its newest checkpoint.</param>
/// <param name="By">The run that interrupted it.</param>
/// <param name="Name">The name of that run.</param>
/// <param name="Priority">The priority that it had.</param>
/// <param name="LastStep">The step after which the interrupted run would be complete; 0 where it is not known.</param>
/// <param name="Parameters">The hash of its parameters; null where it is not known.</param>
/// <param name="At">When, in milliseconds since 1970, UTC.</param>
[MessagePackObject]
public sealed record RunPause(
    [property: Key(0)] long Step, [property: Key(1)] string By, [property: Key(2)] string Name, [property: Key(3)] int Priority,
    [property: Key(4)] long LastStep = 0, [property: Key(5)] string? Parameters = null, [property: Key(6)] long At = 0);

/// <summary>A process that is excluded from all runs as long as it lives.</summary>
/// <param name="Process">The id that the process gave itself.</param>
/// <param name="Reason">As a sentence without its full stop.</param>
[MessagePackObject]
public sealed record ShutOutProcess([property: Key(0)] string Process, [property: Key(1)] string Reason);

/// <summary>A file of a run's folder.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Hash">XxHash128 of its bytes, in lower-case hexadecimal.</param>
[MessagePackObject]
public sealed record ReplicaFile([property: Key(0)] string Name, [property: Key(1)] string Hash)
{
    /// <summary>The name of the best checkpoint; any other is that of a step.</summary>
    public const string BestName = "best.safetensors";

    /// <summary>The name of a run's log.</summary>
    public const string LogName = "log.jsonl";
}

/// <summary>
/// To a candidate: keep a replica of this run, to continue from. The node requests missing files over the channel. Sent again until it is answered with
/// <see cref="ReplicaStored"/>, once everything is on its disk.
/// </summary>
/// <param name="Revision">Counts the changes of the run.</param>
/// <param name="Checkpoints">The newest and the best checkpoint.</param>
/// <param name="Log">The run's log; null where it is empty.</param>
[MessagePackObject]
public sealed record OfferReplica(
    [property: Key(0)] long Epoch, [property: Key(1)] RunRecord Run, [property: Key(2)] long Revision,
    [property: Key(3)] ReplicaFile[] Checkpoints, [property: Key(4)] ReplicaFile? Log = null) : IWireMessage;

/// <summary>The replica is on the candidate's disk, or could not be stored.</summary>
/// <param name="Problem">Why it could not be stored; null if it was.</param>
[MessagePackObject]
public sealed record ReplicaStored(
    [property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] long Revision, [property: Key(3)] string? Problem) : IWireMessage;
