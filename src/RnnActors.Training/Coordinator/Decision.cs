using RnnActors.Core.Optimizers;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>A decision of <see cref="TrainingRun"/>, which <see cref="CoordinatorActor"/> carries out.</summary>
public abstract record Decision;

/// <summary>Give a node the parameters of this step.</summary>
/// <param name="Node">Its number in the run.</param>
/// <param name="IsValidation">Whether they are for the validation before the step, which may use averaged parameters.</param>
public sealed record Publish(int Node, long Step, bool IsValidation = false) : Decision;

/// <summary>Let the workers of a node compute shards.</summary>
public sealed record Assign(int Node, ComputeShards Work) : Decision;

/// <summary>Let the workers of a node measure the validation loss of shards.</summary>
public sealed record AssignEvaluation(int Node, EvaluateShards Work) : Decision;

/// <summary>Start a timer, replacing the previous one; report when it fires.</summary>
/// <param name="Number">Identifies the timer.</param>
public sealed record SetDeadline(long Number, TimeSpan After) : Decision;

/// <summary>Release a node: nothing waits for it any more.</summary>
public sealed record Release(int Node) : Decision;

/// <summary>Let every aggregator update its segment.</summary>
/// <param name="IsForNextStep">Whether nodes need these parameters next, so that parts of them may be sent as soon as they are updated.</param>
public sealed record Update(long Step, UpdateStep Values, bool IsForNextStep = true) : Decision;

/// <summary>Publish an event.</summary>
public sealed record Tell(TrainingEvent Event) : Decision;

/// <summary>Write a checkpoint of the state as it is now.</summary>
/// <param name="IsBest">Whether its parameters have the lowest validation loss so far.</param>
/// <param name="MayBeSkipped">Whether it may be skipped while the disk is behind.</param>
public sealed record Save(bool IsBest, bool MayBeSkipped) : Decision;

/// <summary>The run is over.</summary>
/// <param name="IsComplete">Whether it trained to its end; false if it was stopped.</param>
/// <param name="ShutOut">Nodes that compute wrongly: the run must begin again without them. Null for none.</param>
public sealed record Finish(bool IsComplete, IReadOnlyList<ShutOutNode>? ShutOut = null) : Decision;

/// <summary>End the run as failed, with this reason as its message.</summary>
public sealed record Stop(string Reason) : Decision;

/// <summary>A loss or gradient is not a finite number: find where, and end the run.</summary>
/// <param name="Shard">The first shard whose loss is not finite; null where it is the gradient.</param>
/// <param name="BatchRows">The dataset's rows of the batch.</param>
public sealed record Diagnose(int? Shard, int[] BatchRows) : Decision;

/// <summary>Tell a node that ran out of memory: it is no longer in the run, and is asked how much it can hold.</summary>
public sealed record SetAside(int Node, string Reason) : Decision;

/// <summary>The same shards failed on every node, repeatedly: end the run.</summary>
/// <param name="IsOutOfMemory">Whether no node had enough memory.</param>
public sealed record GiveUp(ShardRange Shards, string Reason, bool IsOutOfMemory = false) : Decision;
