using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Protocol;

/// <summary>
/// Messages between a run's coordinator and its nodes about who takes part. The sender identifies the node. For a node in another process, an actor in the
/// coordinator's process sends them on its behalf.
/// </summary>
public interface IMembershipMessage;

/// <summary>A node offers its workers. Answered with <see cref="PrepareRun"/>.</summary>
/// <param name="Workers">Its computing threads; for large layers a worker has several.</param>
/// <param name="Name">Its name in events; null for the workers of a run in one process, whose coming and going is not published.</param>
/// <param name="IsRemote">
/// Whether parameters travel to it by a network. It then gets <see cref="ParametersAdvanced"/> as soon as parts of them are ready.
/// </param>
/// <param name="Teams">How it arranges its threads; null for the arrangement by rule.</param>
/// <param name="Process">The id of its process, which audits judge, since another process may have its name later. Null if it needs none.</param>
public sealed record NodeJoined(
    int Workers, string? Name = null, bool IsRemote = false, WorkerTeams? Teams = null, string? Process = null) : IMembershipMessage;

/// <summary>The run and its aggregators. Sent to a node once; answered with <see cref="NodePrepared"/>.</summary>
/// <param name="Aggregators">One for each segment of the parameter vector; each is sent every gradient and uses its segment of it.</param>
/// <param name="FirstWorker">The number of the node's first worker; the others follow.</param>
/// <param name="InParts">Whether gradients are sent to the aggregators part by part, as they are computed.</param>
/// <param name="InSmallRounds">Whether memory is so short that as few rows as possible are computed at a time.</param>
public sealed record PrepareRun(
    TrainingJob Job, IReadOnlyList<IActorRef> Aggregators, int FirstWorker, bool InParts = false, bool InSmallRounds = false) : IMembershipMessage
{
    /// <summary>The parents of the node's activities; null where nothing is traced.</summary>
    internal RunTrace? Trace { get; init; }
}

/// <summary>The node is ready: it gets shards of the next step, or at once if the run waits for workers.</summary>
public sealed record NodePrepared : IMembershipMessage
{
    public static readonly NodePrepared Instance = new();
}

/// <summary>The node is leaving: it finishes what it has and gets no more. Answered with <see cref="NodeDrained"/>.</summary>
public sealed record NodeDraining : IMembershipMessage
{
    public static readonly NodeDraining Instance = new();
}

/// <summary>The node is released from the run.</summary>
public sealed record NodeDrained : IMembershipMessage
{
    public static readonly NodeDrained Instance = new();
}

/// <summary>The node is lost: others get its missing shards. The death of its actor means the same.</summary>
public sealed record NodeLost(string Reason) : IMembershipMessage;

/// <summary>The node could not be prepared. It is not part of the run and joins again later.</summary>
/// <param name="IsOutOfMemory">Whether it has too little memory, however few of its threads take part.</param>
public sealed record NodeUnable(string Reason, bool IsOutOfMemory = false) : IMembershipMessage;

/// <summary>
/// To a node that ran out of memory: it is no longer part of the run. It offers fewer threads with <see cref="NodeJoined"/>, or answers
/// <see cref="NodeUnable"/> where not even one fits.
/// </summary>
public sealed record NodeSetAside(string Reason) : IMembershipMessage;

/// <summary>The node may be lost: others get its missing shards too, and the first result counts. It gets no more work until it is trusted.</summary>
public sealed record NodeSuspected(string Reason) : IMembershipMessage;

/// <summary>The node answers again.</summary>
public sealed record NodeTrusted : IMembershipMessage
{
    public static readonly NodeTrusted Instance = new();
}
