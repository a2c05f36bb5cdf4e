using MessagePack;
using RnnActors.Training.Files;

namespace RnnActors.Training.Protocol;

/// <summary>The description of a job on the wire: everything but the floats.</summary>
/// <param name="RunId">The XxHash128 of the other fields, in lower-case hexadecimal: equal jobs are one run.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Model">The layers, as the JSON of a specification.</param>
/// <param name="Training">The training section, as the JSON of a specification.</param>
/// <param name="Train">The hash of the training rows' file.</param>
/// <param name="Validation">The hash of the validation rows' file; null for none.</param>
/// <param name="Start">The hash of the file of the checkpoint that the run continues from; null to begin at the first step.</param>
/// <param name="KeepCheckpoints">How many step checkpoints are kept.</param>
/// <param name="Specification">Written to the run's checkpoints, as are <paramref name="Preparation"/> and <paramref name="DataHash"/>.</param>
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

/// <summary>
/// Prepare for a run. The node requests missing files by the channel. Sent again until it is answered with <see cref="RunPrepared"/> or
/// <see cref="PreparationFailed"/>.
/// </summary>
/// <param name="FirstWorker">The number of the node's first worker in the run.</param>
/// <param name="Turn">Numbers the preparations on the node's channel, since one run may begin again at an earlier step.</param>
/// <param name="Workers">Its computing threads that take part, fewer than it has where its memory is short; null for all of them.</param>
/// <param name="InSmallRounds">Whether its memory is so short that as few rows as possible are computed at a time.</param>
/// <param name="TraceParent">The W3C trace context of the run; null where it is not traced.</param>
/// <param name="Beside">The other runs that the node takes part in now; all earlier ones are over. Null for none.</param>
[MessagePackObject]
public sealed record PrepareRemoteRun(
    [property: Key(0)] long Epoch, [property: Key(1)] JobDescription Job, [property: Key(2)] int FirstWorker, [property: Key(3)] long Turn,
    [property: Key(4)] int? Workers = null, [property: Key(5)] bool InSmallRounds = false, [property: Key(6)] string? TraceParent = null,
    [property: Key(7)] string[]? Beside = null) : IWireMessage
{
    /// <summary>The run's name in the frames of this turn. Late frames of another turn are dropped.</summary>
    /// <exception cref="FormatException"><see cref="JobDescription.RunId"/> is no hash.</exception>
    internal ContentHash NameOfFrames() => new(ContentHash.Parse(Job.RunId).Value ^ unchecked((ulong)Turn));
}

/// <summary>The node is ready to compute.</summary>
[MessagePackObject]
public sealed record RunPrepared([property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] long Turn) : IWireMessage;

/// <summary>The node cannot take part in this run, and why.</summary>
/// <param name="Workers">How many threads it has memory for; 0 for none, null if memory is not the reason.</param>
/// <param name="InSmallRounds">Whether that number holds only with as few rows as possible computed at a time.</param>
[MessagePackObject]
public sealed record PreparationFailed(
    [property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] string Reason, [property: Key(3)] long Turn,
    [property: Key(4)] int? Workers = null, [property: Key(5)] bool InSmallRounds = false) : IWireMessage;

/// <summary>The run is over: the node frees what it holds for it.</summary>
/// <param name="Turn">The last turn that is over, since the run may have begun again before this message arrives; null for all.</param>
[MessagePackObject]
public sealed record RunClosed([property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] long? Turn = null) : IWireMessage;
