using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Losses;
using RnnActors.Core.Sharding;

namespace RnnActors.Training.Protocol;

/// <summary>Between the coordinator and the nodes of workers. Commands are imperative, events past tense. Every order is answered, even when its step is long over.</summary>
public interface IWorkMessage;

/// <summary>A worker by its number in the run.</summary>
public readonly record struct WorkerId(int Number)
{
    public override string ToString() => $"worker {Number}";
}

/// <summary>Shards for one worker.</summary>
/// <param name="Attempt">One more each time that anything is given out between two updates, so that no order of a step or of the validation before it is another's equal.</param>
public readonly record struct ShardOrder(WorkerId Worker, ShardRange Shards, int Attempt);

/// <summary>New parameters, shared and read-only until the step that they belong to is over. Told to a node before its first order of the step, once.</summary>
/// <param name="Step">The step that they are for, and the validation before it.</param>
/// <param name="Parameters">(P).</param>
public sealed record ParametersPublished(long Step, AlignedBuffer Parameters) : IWorkMessage;

/// <summary>A part of the parameters of the step that comes next stands, before they are published.</summary>
/// <param name="Parameters">(P), of which this part alone may be read.</param>
public sealed record ParametersAdvanced(long Step, AlignedBuffer Parameters, int First, int Length) : IWorkMessage;

/// <summary>
/// Compute shards of a step: all that one decision gives to the workers of a node. Each order is answered with <see cref="ShardsComputed"/> or
/// <see cref="ShardsLost"/>; the gradients go to the aggregators.
/// </summary>
/// <param name="BatchRows">The dataset's row numbers of the whole batch.</param>
/// <param name="CarriedState">(rows of the whole batch, model's state width): the states that the rows begin with; empty where nothing is carried. Read-only until the
/// step is over, and only the rows of the orders are read.</param>
public sealed record ComputeShards(long Step, ReadOnlyMemory<int> BatchRows, ReadOnlyMemory<float> CarriedState, IReadOnlyList<ShardOrder> Orders) : IWorkMessage;

/// <summary>
/// An order was carried out. Every gradient of its shards has been sent to the aggregators before this is sent, so that what was answered never has to be computed
/// again, whatever happens to the worker.
/// </summary>
/// <param name="Nodes">The sums over the fewest nodes of the reduction tree that make up the shards.</param>
/// <param name="FinalState">(rows of the shards, model's state width): the states to be carried on; empty where nothing is carried.</param>
/// <param name="Seconds">What the worker took.</param>
/// <param name="Transfer">Seconds that were waited for parameters on their way there and gradients on their way back, for each of these vectors; 0 where buffers change hands.</param>
public sealed record ShardsComputed(
    long Step, ShardOrder Order, IReadOnlyList<NodeLoss> Nodes, ReadOnlyMemory<float> FinalState, double Seconds, double Transfer = 0) : IWorkMessage;

/// <summary>The loss of a node of the reduction tree.</summary>
/// <param name="NotFinite">The first of its shards whose loss is not a finite number; null where all are.</param>
public sealed record NodeLoss(ShardRange Node, LossSum Loss, int? NotFinite);

/// <summary>
/// Measure the validation loss of shards with the parameters last published: all that one decision gives to the workers of a node. Each order is answered with
/// <see cref="ShardsEvaluated"/> or <see cref="ShardsLost"/>.
/// </summary>
public sealed record EvaluateShards(long Step, IReadOnlyList<ShardOrder> Orders) : IWorkMessage;

/// <summary>The validation loss of each of an order's shards, in order.</summary>
/// <param name="Seconds">What the worker took.</param>
public sealed record ShardsEvaluated(long Step, ShardOrder Order, IReadOnlyList<LossSum> Losses, double Seconds) : IWorkMessage;

/// <summary>A worker failed before it carried out an order; it has been started anew and is ready for work.</summary>
public sealed record ShardsLost(long Step, ShardOrder Order, string Reason) : IWorkMessage;
