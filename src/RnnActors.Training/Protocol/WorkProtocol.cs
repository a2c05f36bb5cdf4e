using Akka.Actor;
using RnnActors.Core.Kernels;
using RnnActors.Core.Losses;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;

namespace RnnActors.Training.Protocol;

/// <summary>Between the coordinator and the nodes of workers. Commands are imperative, events past tense. Nothing is answered that is not named here.</summary>
public interface IWorkMessage;

/// <summary>A worker by its number in the run.</summary>
public readonly record struct WorkerId(int Number)
{
    public override string ToString() => $"worker {Number}";
}

/// <summary>A node offers its workers; it does so once, when it starts. Answered with <see cref="PrepareRun"/>.</summary>
/// <param name="Workers">How many shard workers it has, one a core.</param>
public sealed record NodeJoined(int Workers) : IWorkMessage;

/// <summary>What is trained, and who adds up the gradients. Given to a node once.</summary>
/// <param name="Aggregators">One a segment of the parameter vector: each is sent every gradient, and takes its segment.</param>
/// <param name="FirstWorker">The number of the node's first worker; the others follow.</param>
public sealed record PrepareRun(TrainingJob Job, IReadOnlyList<IActorRef> Aggregators, int FirstWorker) : IWorkMessage;

/// <summary>New parameters, shared and read-only until the step that they belong to is over.</summary>
/// <param name="Step">The step that they are for.</param>
/// <param name="Parameters">(P).</param>
public sealed record ParametersPublished(long Step, AlignedBuffer Parameters) : IWorkMessage;

/// <summary>Compute these shards of a step. Answered with <see cref="ShardsComputed"/> or <see cref="ShardsLost"/>; the gradients go to the aggregators.</summary>
public sealed record ComputeShards(WorkerId Worker, ShardStep Step) : IWorkMessage;

/// <summary>Shards were computed, and their gradients are on their way to the aggregators.</summary>
/// <param name="Nodes">The sums over the fewest nodes of the reduction tree that make up the shards.</param>
/// <param name="FinalState">(rows of the shards, model's state width): the states to be carried on; empty where nothing is carried.</param>
public sealed record ShardsComputed(WorkerId Worker, long Step, ShardRange Shards, IReadOnlyList<NodeLoss> Nodes, ReadOnlyMemory<float> FinalState) : IWorkMessage;

/// <summary>The loss of a node of the reduction tree.</summary>
/// <param name="NotFinite">The first of its shards whose loss is not a finite number; null where all are.</param>
public sealed record NodeLoss(ShardRange Node, LossSum Loss, int? NotFinite);

/// <summary>Measure the validation loss of these shards with the parameters last published. Answered with <see cref="ShardsEvaluated"/> or <see cref="ShardsLost"/>.</summary>
public sealed record EvaluateShards(WorkerId Worker, long Step, ShardRange Shards) : IWorkMessage;

/// <summary>The validation loss of each of the shards, in order.</summary>
public sealed record ShardsEvaluated(WorkerId Worker, long Step, ShardRange Shards, IReadOnlyList<LossSum> Losses) : IWorkMessage;

/// <summary>A worker failed before it delivered; it has been started anew and is ready for work.</summary>
public sealed record ShardsLost(WorkerId Worker, long Step, ShardRange Shards, string Reason) : IWorkMessage;
