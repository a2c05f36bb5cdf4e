using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>What a coordinator stores about a run beside its job.</summary>
/// <param name="Number">Runs train in the order of their numbers.</param>
/// <param name="Ending">How it ended; null while it has not.</param>
[MessagePackObject]
public sealed record RunRecord([property: Key(0)] JobDescription Job, [property: Key(1)] long Number, [property: Key(2)] RunEnded? Ending);

/// <summary>A file of a run's folder.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Hash">XxHash128 of its bytes, in lower-case hexadecimal.</param>
[MessagePackObject]
public sealed record ReplicaFile([property: Key(0)] string Name, [property: Key(1)] string Hash)
{
    /// <summary>The name of the best checkpoint; any other is that of a step.</summary>
    public const string BestName = "best.safetensors";
}

/// <summary>
/// To a candidate: keep a replica of this run, to continue from. The node requests missing files by the channel. Sent again until it is answered with
/// <see cref="ReplicaStored"/>, when all is on its disk.
/// </summary>
/// <param name="Revision">Counts the changes of the run.</param>
/// <param name="Checkpoints">The newest one, and the best.</param>
[MessagePackObject]
public sealed record OfferReplica(
    [property: Key(0)] long Epoch, [property: Key(1)] RunRecord Run, [property: Key(2)] long Revision,
    [property: Key(3)] ReplicaFile[] Checkpoints) : IWireMessage;

/// <summary>The replica is on the candidate's disk, or cannot be.</summary>
/// <param name="Problem">Why it cannot be stored; null if it is.</param>
[MessagePackObject]
public sealed record ReplicaStored(
    [property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] long Revision, [property: Key(3)] string? Problem) : IWireMessage;
