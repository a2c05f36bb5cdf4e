using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>
/// Follow a run that the cluster has, without its job. Answered with <see cref="RunAccepted"/> or <see cref="RunRefused"/>; its events and its end follow.
/// </summary>
[MessagePackObject]
public sealed record FollowRun([property: Key(0)] string RunId) : IWireMessage;

/// <summary>Asks for lines of a run's log. Answered with <see cref="RunLogPart"/>.</summary>
/// <param name="Offset">In bytes: 0 for the beginning, else <see cref="RunLogPart.Next"/> of the previous part.</param>
[MessagePackObject]
public sealed record GetRunLog([property: Key(0)] string RunId, [property: Key(1)] long Offset) : IWireMessage;

/// <summary>Lines of a run's log, in order.</summary>
/// <param name="Next">The offset of the next part.</param>
/// <param name="IsEnd">Whether there are no further lines yet.</param>
[MessagePackObject]
public sealed record RunLogPart(
    [property: Key(0)] string RunId, [property: Key(1)] RunLogLine[] Lines, [property: Key(2)] long Next, [property: Key(3)] bool IsEnd) : IWireMessage;

/// <summary>An event of a run, and when its coordinator heard of it.</summary>
/// <param name="At">Milliseconds since 1970, UTC.</param>
/// <param name="Kind">As in <see cref="RunEvent"/>.</param>
[MessagePackObject]
public sealed record RunLogLine([property: Key(0)] long At, [property: Key(1)] string Kind, [property: Key(2)] string Event);

/// <summary>
/// End a run between two steps, with a checkpoint, or take it out of the queue, whoever follows it. Answered with <see cref="ControlAnswer"/>; sent again until
/// the status shows the end.
/// </summary>
/// <param name="Number">
/// The number in <see cref="RunSummary"/>. It changes when the run is submitted again, so that a late order ends no other run than was meant.
/// </param>
/// <param name="By">Who asks, for the run's followers.</param>
[MessagePackObject]
public sealed record CancelRun([property: Key(0)] string RunId, [property: Key(1)] long Number, [property: Key(2)] string By) : IWireMessage;

/// <summary>Delete a run that is over, with its checkpoints. Answered with <see cref="ControlAnswer"/>.</summary>
/// <inheritdoc cref="CancelRun"/>
[MessagePackObject]
public sealed record DeleteRun([property: Key(0)] string RunId, [property: Key(1)] long Number) : IWireMessage;

/// <summary>Move a run in the queue. Answered with <see cref="ControlAnswer"/>.</summary>
/// <param name="Priority">Higher ones train first; equal ones in the order of their submission.</param>
/// <inheritdoc cref="CancelRun"/>
[MessagePackObject]
public sealed record SetPriority([property: Key(0)] string RunId, [property: Key(1)] long Number, [property: Key(2)] int Priority) : IWireMessage;

/// <summary>Drain a node, which hands over its work and gets no more, or undo that. Answered with <see cref="ControlAnswer"/>.</summary>
/// <param name="Node">Its name: host and port.</param>
[MessagePackObject]
public sealed record DrainNode([property: Key(0)] string Node, [property: Key(1)] bool IsDrained) : IWireMessage;

/// <summary>From the coordinator to the node: drain, or take work again.</summary>
[MessagePackObject]
public sealed record BeDrained([property: Key(0)] long Epoch, [property: Key(1)] bool IsDrained) : IWireMessage;

/// <summary>Whether an order was accepted.</summary>
/// <param name="Subject">The run's id, or the node's name.</param>
/// <param name="Problem">Why it was not, as a sentence without its full stop; null if it was.</param>
[MessagePackObject]
public sealed record ControlAnswer([property: Key(0)] string Subject, [property: Key(1)] string? Problem) : IWireMessage;
