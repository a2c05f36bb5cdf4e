using Akka.Actor;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;

namespace RnnActors.Training.Protocol;

/// <summary>
/// Between the coordinator of a run and its nodes, about who takes part. A node is known by the actor that speaks for it: the sender. Between processes the same is
/// said by wire messages, and an actor in the coordinator's process speaks for the node.
/// </summary>
public interface IMembershipMessage;

/// <summary>A node offers its workers. Answered with <see cref="PrepareRun"/>.</summary>
/// <param name="Workers">How many threads it has for shard workers: a worker each, or for large cells several a worker.</param>
/// <param name="Name">What people call it, for events that tell of its coming and going; null for the workers of a run in one process, which nobody needs to be told of.</param>
/// <param name="IsRemote">Whether the parameters have to be sent to it, so that it is told of them with <see cref="ParametersAdvanced"/> as soon as parts of them stand.</param>
/// <param name="Teams">How it arranges its threads; null for the arrangement by rule.</param>
public sealed record NodeJoined(int Workers, string? Name = null, bool IsRemote = false, WorkerTeams? Teams = null) : IMembershipMessage;

/// <summary>What is trained, and who adds up the gradients. Given to a node once; answered with <see cref="NodePrepared"/>.</summary>
/// <param name="Aggregators">One a segment of the parameter vector: each is sent every gradient, and takes its segment.</param>
/// <param name="FirstWorker">The number of the node's first worker; the others follow.</param>
/// <param name="InParts">Whether the aggregators are to be told of gradients part by part, as they are computed.</param>
public sealed record PrepareRun(TrainingJob Job, IReadOnlyList<IActorRef> Aggregators, int FirstWorker, bool InParts = false) : IMembershipMessage;

/// <summary>The node's workers can compute: they get shards of the next step, or at once where the run waits for workers.</summary>
public sealed record NodePrepared : IMembershipMessage
{
    public static readonly NodePrepared Instance = new();
}

/// <summary>The node is going: it finishes what it has and is given nothing more. Answered with <see cref="NodeDrained"/>.</summary>
public sealed record NodeDraining : IMembershipMessage
{
    public static readonly NodeDraining Instance = new();
}

/// <summary>Nothing waits for the node any more: it is no longer part of the run.</summary>
public sealed record NodeDrained : IMembershipMessage
{
    public static readonly NodeDrained Instance = new();
}

/// <summary>The node is gone: what it had not delivered is given to others. The death of the actor that speaks for it says the same.</summary>
public sealed record NodeLost(string Reason) : IMembershipMessage;

/// <summary>The node could not be prepared: it is not part of the run, and offers itself again later.</summary>
public sealed record NodeUnable(string Reason) : IMembershipMessage;

/// <summary>The node may be gone: what it has not delivered is given to others too, and whoever answers first is right. It gets nothing more until it is trusted.</summary>
public sealed record NodeSuspected(string Reason) : IMembershipMessage;

/// <summary>The node was heard of again.</summary>
public sealed record NodeTrusted : IMembershipMessage
{
    public static readonly NodeTrusted Instance = new();
}
