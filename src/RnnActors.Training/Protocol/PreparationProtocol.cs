using MessagePack;
using RnnActors.Training.Files;

namespace RnnActors.Training.Protocol;

/// <summary>A job as it travels: everything but the floats.</summary>
/// <param name="RunId">XxHash128 of the other members, in lower-case hexadecimal: the same job is the same run.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Model">The layers, as the JSON of a specification.</param>
/// <param name="Training">The training section, as the JSON of a specification.</param>
/// <param name="Train">The hash of the training rows' file.</param>
/// <param name="Validation">That of the validation rows; null for none.</param>
/// <param name="Start">That of the checkpoint that it goes on from; null for the first step.</param>
/// <param name="KeepCheckpoints">How many checkpoints of steps stay.</param>
/// <param name="Specification">What the checkpoints say of the run, as do <paramref name="Preparation"/> and <paramref name="DataHash"/>.</param>
[MessagePackObject]
public sealed record JobDescription(
    [property: Key(0)] string RunId,
    [property: Key(1)] string Name,
    [property: Key(2)] string Model,
    [property: Key(3)] string Training,
    [property: Key(4)] string Train,
    [property: Key(5)] string? Validation,
    [property: Key(6)] string? Start,
    [property: Key(7)] long? CheckpointEverySteps,
    [property: Key(8)] int KeepCheckpoints,
    [property: Key(9)] string Specification,
    [property: Key(10)] string Preparation,
    [property: Key(11)] string DataHash);

/// <summary>Get ready for a run. Files that it lacks it asks for by the channel. Answered with <see cref="RunPrepared"/> or <see cref="PreparationFailed"/>, and said again until then.</summary>
/// <param name="FirstWorker">The number of the node's first worker in the run.</param>
/// <param name="Turn">Counts the runs that the node was given through its channel: the same one may begin again, at an earlier step.</param>
[MessagePackObject]
public sealed record PrepareRemoteRun(
    [property: Key(0)] long Epoch, [property: Key(1)] JobDescription Job, [property: Key(2)] int FirstWorker, [property: Key(3)] long Turn) : IWireMessage
{
    /// <summary>What the frames of this turn name as their run: those of another turn, which may still be on their way, go nowhere.</summary>
    /// <exception cref="FormatException">The run's identity is none.</exception>
    internal ContentHash NameOfFrames() => new(ContentHash.Parse(Job.RunId).Value ^ unchecked((ulong)Turn));
}

/// <summary>The node is ready to compute.</summary>
[MessagePackObject]
public sealed record RunPrepared([property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] long Turn) : IWireMessage;

/// <summary>The node cannot take part in this run, and why.</summary>
[MessagePackObject]
public sealed record PreparationFailed([property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] string Reason, [property: Key(3)] long Turn) : IWireMessage;

/// <summary>The run is over: what was made for it may be freed.</summary>
[MessagePackObject]
public sealed record RunClosed([property: Key(0)] long Epoch, [property: Key(1)] string RunId) : IWireMessage;
