using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>
/// Train a job. Answered with <see cref="RunAccepted"/> or <see cref="RunRefused"/>. An equal job is the same run, which is then only followed.
/// </summary>
/// <param name="Owner">Who submits it, for people; null where it does not matter.</param>
/// <param name="Priority">Higher ones train first; equal ones in the order of their submission.</param>
/// <param name="IsAgain">Whether the client already knew that the cluster has the run. If it was stopped meanwhile, the repetition does not resume it.</param>
/// <param name="Acknowledged">The run's acknowledged state that the client knows.</param>
[MessagePackObject]
public sealed record SubmitRun(
    [property: Key(0)] JobDescription Job, [property: Key(1)] string? Owner = null, [property: Key(2)] int Priority = 0,
    [property: Key(3)] bool IsAgain = false, [property: Key(4)] AcknowledgedRun? Acknowledged = null) : IWireMessage;

/// <summary>The cluster has the run; the sender gets its events until it ends.</summary>
/// <param name="Channel">Where files are sent and requested.</param>
/// <param name="FilesWanted">Files that the coordinator lacks, by hash; the run begins when they have arrived.</param>
/// <param name="Waits">What the run waits for, as a sentence without its full stop; null if it goes on.</param>
[MessagePackObject]
public sealed record RunAccepted(
    [property: Key(0)] string RunId, [property: Key(1)] long Epoch, [property: Key(2)] ChannelAddress Channel,
    [property: Key(3)] string[] FilesWanted, [property: Key(4)] string? Waits = null) : IWireMessage;

/// <summary>The run is refused, and why.</summary>
[MessagePackObject]
public sealed record RunRefused([property: Key(0)] string RunId, [property: Key(1)] string Reason) : IWireMessage;

/// <summary>End the run between two steps, with a checkpoint; sent by a follower.</summary>
[MessagePackObject]
public sealed record StopRun([property: Key(0)] string RunId) : IWireMessage;

/// <summary>An event of a run, for its followers.</summary>
/// <param name="Kind">The event's name.</param>
/// <param name="Event">The event as JSON. It is for display and decides nothing.</param>
[MessagePackObject]
public sealed record RunEvent([property: Key(0)] string RunId, [property: Key(1)] string Kind, [property: Key(2)] string Event) : IWireMessage;

/// <summary>How a run ended.</summary>
public enum RunEnding
{
    /// <summary>It trained to its end.</summary>
    Complete,

    /// <summary>It was stopped; submitted again, it goes on.</summary>
    Stopped,

    /// <summary>A loss or gradient was not a finite number.</summary>
    NonFinite,

    /// <summary>It failed for another reason.</summary>
    Failed,
}

/// <summary>A run is over.</summary>
/// <param name="Message">What went wrong, or who stopped it; null for nothing to report.</param>
/// <param name="Checkpoint">The hash of the last checkpoint's file, to be fetched over the channel; null where there is none.</param>
/// <param name="Best">The hash of the best checkpoint's file.</param>
/// <param name="Step">The step of the last checkpoint.</param>
/// <param name="LastStep">The step after which it would be complete; 0 if it never began.</param>
/// <param name="Parameters">The hash of the parameters that it ended with; null where it has none.</param>
/// <param name="At">When, in milliseconds since 1970, UTC.</param>
/// <param name="Unaudited">How many steps should have been audited and could not be.</param>
[MessagePackObject]
public sealed record RunEnded(
    [property: Key(0)] string RunId, [property: Key(1)] RunEnding Ending, [property: Key(2)] string? Message, [property: Key(3)] string? Checkpoint,
    [property: Key(4)] string? Best, [property: Key(5)] long Step = 0, [property: Key(6)] long LastStep = 0, [property: Key(7)] string? Parameters = null,
    [property: Key(8)] long At = 0, [property: Key(9)] long Unaudited = 0) : IWireMessage;

/// <summary>Asks for the cluster's status. Answered with <see cref="ClusterStatus"/>.</summary>
[MessagePackObject]
public sealed record GetStatus : IWireMessage;

/// <summary>A node as the coordinator sees it.</summary>
/// <param name="State">Ready, preparing, suspected, leaving, <see cref="Unable"/>,
/// <see cref="Refused"/>, <see cref="ShutOut"/> or <see cref="Drained"/>.</param>
/// <param name="Shards">The shards that it holds in the present step.</param>
/// <param name="RowsPerSecond">Its measured speed, 0 before it is known.</param>
/// <param name="BytesSentPerStep">Bytes that the coordinator sent it in a step, the mean of recent steps: parameters and states.</param>
/// <param name="BytesReceivedPerStep">Bytes that came back: gradients and states.</param>
/// <param name="Reason">Why it does not take part, or what it waits for, as a sentence without its full stop; null for nothing.</param>
[MessagePackObject]
public sealed record NodeStatus(
    [property: Key(0)] NodeDescription Node,
    [property: Key(1)] string State,
    [property: Key(2)] string Shards,
    [property: Key(3)] double RowsPerSecond,
    [property: Key(4)] long BytesSentPerStep,
    [property: Key(5)] long BytesReceivedPerStep,
    [property: Key(6)] string? Reason = null)
{
    /// <summary>A <see cref="State"/>: the node could not be prepared for the run, and tries again.</summary>
    public const string Unable = "unable";

    /// <summary>A <see cref="State"/>: the node is a member, and the coordinator has refused it.</summary>
    public const string Refused = "refused";

    /// <summary>A <see cref="State"/>: the node computed other bits than two others.</summary>
    public const string ShutOut = "shut out";

    /// <summary>A <see cref="State"/>: the node was told to take no work.</summary>
    public const string Drained = "drained";
}

/// <summary>A run as the coordinator sees it.</summary>
/// <param name="State">Waiting, running, complete, stopped, failed.</param>
/// <param name="ParameterBytes">4 · P: the size of a gradient, and of the parameters.</param>
/// <param name="Number">Its place in the order of submissions.</param>
/// <param name="Owner">The user who submitted it; null if unknown.</param>
/// <param name="SubmittedAt">In milliseconds since 1970, UTC; 0 where it is not known, as is <paramref name="EndedAt"/> of a run that is not over.</param>
/// <param name="Parameters">The hash of the parameters that it ended with, or of the last checkpoint; null where there is none.</param>
/// <param name="Message">What went wrong, or who stopped it.</param>
/// <param name="Checkpoint">The hash of the newest checkpoint's file; null where there is none.</param>
/// <param name="Best">The hash of the best checkpoint's file.</param>
/// <param name="KeepCheckpoints">How many checkpoints of steps it keeps.</param>
/// <param name="Waits">What it waits for, as a sentence without its full stop; null for nothing.</param>
/// <param name="Unaudited">How many steps should have been audited and could not be.</param>
/// <param name="IsPaused">Whether it waits because it was interrupted. Older builds do not know that state; they see that the run waits.</param>
[MessagePackObject]
public sealed record RunSummary(
    [property: Key(0)] string RunId,
    [property: Key(1)] string Name,
    [property: Key(2)] string State,
    [property: Key(3)] long Step,
    [property: Key(4)] long LastStep,
    [property: Key(5)] double StepsPerSecond,
    [property: Key(6)] double Loss,
    [property: Key(7)] long ParameterBytes,
    [property: Key(8)] long Number = 0,
    [property: Key(9)] string? Owner = null,
    [property: Key(10)] int Priority = 0,
    [property: Key(11)] long SubmittedAt = 0,
    [property: Key(12)] long EndedAt = 0,
    [property: Key(13)] string? Parameters = null,
    [property: Key(14)] string? Message = null,
    [property: Key(15)] string? Checkpoint = null,
    [property: Key(16)] string? Best = null,
    [property: Key(17)] int KeepCheckpoints = 0,
    [property: Key(18)] string? Waits = null,
    [property: Key(19)] long Unaudited = 0,
    [property: Key(20)] bool IsPaused = false)
{
    /// <summary>The displayed state where <see cref="IsPaused"/> is true.</summary>
    public const string Paused = "paused";

    /// <summary>A <see cref="State"/>.</summary>
    public const string Waiting = "waiting", WaitingForData = "waiting for its data", WaitingForState = "waiting for its newest state", Running = "running";

    /// <summary>The state for display: <see cref="Paused"/>, or <see cref="State"/>.</summary>
    [IgnoreMember]
    public string StateForPeople => IsPaused && State == Waiting ? Paused : State;

    /// <summary>Whether a run in this state is not over.</summary>
    public static bool IsOpen(string state) => state is Waiting or WaitingForData or WaitingForState or Running;
}

/// <summary>A member of the cluster, whether or not it has registered.</summary>
[MessagePackObject]
public sealed record MemberStatus(
    [property: Key(0)] string Address, [property: Key(1)] string[] Roles, [property: Key(2)] string State, [property: Key(3)] bool IsReachable);

/// <summary>The cluster as its coordinator sees it.</summary>
/// <param name="RefusedMessages">How many messages the coordinator's process has refused.</param>
/// <param name="RefusedConnections">How many connections the port of its channels has refused.</param>
[MessagePackObject]
public sealed record ClusterStatus(
    [property: Key(0)] string Coordinator,
    [property: Key(1)] long Epoch,
    [property: Key(2)] MemberStatus[] Members,
    [property: Key(3)] NodeStatus[] Nodes,
    [property: Key(4)] RunSummary[] Runs,
    [property: Key(5)] long RefusedMessages,
    [property: Key(6)] long RefusedConnections) : IWireMessage
{
    /// <summary>What the nodes hold in their directories, for those that have reported it. Keys 7 to 11 are reserved.</summary>
    [Key(12)]
    public NodeStorage[]? Storage { get; init; }
}
