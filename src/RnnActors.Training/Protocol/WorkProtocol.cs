using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;

namespace RnnActors.Training.Protocol;

/// <summary>
/// Messages between the coordinator and the nodes about computing. Commands are imperative, events past tense. Every order is answered, even when its step
/// is long over.
/// </summary>
public interface IWorkMessage;

/// <summary>A worker by its number in the run.</summary>
public readonly record struct WorkerId(int Number)
{
    public override string ToString() => $"worker {Number}";
}

/// <summary>Shards for one worker.</summary>
/// <param name="Attempt">Numbers what is given out between two updates, so that no two orders of a step and its validation are equal.</param>
public readonly record struct ShardOrder(WorkerId Worker, ShardRange Shards, int Attempt);

/// <summary>
/// New parameters, shared and read-only until the step is over. A node gets them once, before its first order of the step. Where parameters are averaged, the
/// validation before the step has its own, which it also gets once.
/// </summary>
/// <param name="Step">The step that they are for, and the validation before it.</param>
/// <param name="Parameters">(P).</param>
public sealed record ParametersPublished(long Step, AlignedBuffer Parameters) : IWorkMessage
{
    /// <summary>Their <see cref="ParametersVersion"/>.</summary>
    public long Version { get; init; } = Step;
}

/// <summary>A part of the next step's parameters is ready, before they are published.</summary>
/// <param name="Version">Their <see cref="ParametersVersion"/>.</param>
/// <param name="Parameters">(P), of which only this part may be read.</param>
public sealed record ParametersAdvanced(long Version, AlignedBuffer Parameters, int First, int Length) : IWorkMessage;

/// <summary>Version numbers of a run's parameters, which only grow. By them a node knows whether it has the parameters of an order.</summary>
public static class ParametersVersion
{
    /// <summary>
    /// The step itself. Where parameters are averaged, a validation has other ones than the step after it: the versions are then 2 · step and 2 · step + 1.
    /// </summary>
    /// <param name="isValidation">Whether they are for the validation before the step.</param>
    public static long Of(TrainingSpec training, long step, bool isValidation) =>
        training.Averaging is null ? step : (2 * step) + (isValidation ? 0 : 1);
}

/// <summary>
/// Compute shards of a step: all orders of one decision for a node. Each is answered with <see cref="ShardsComputed"/> or <see cref="ShardsLost"/>; the
/// gradients go to the aggregators.
/// </summary>
/// <param name="BatchRows">The dataset's row numbers of the whole batch.</param>
/// <param name="CarriedState">
/// (rows of the whole batch, model's state width): the initial states of the rows; empty where nothing is carried. Read-only until the step is over, and only
/// the rows of the orders are read.
/// </param>
/// <param name="IsAudited">Whether the answers need hashes, since the step is audited.</param>
/// <param name="IsAudit">Whether only the hash is wanted; then the answer is <see cref="ShardsAudited"/>, and no gradient is sent.</param>
public sealed record ComputeShards(
    long Step, ReadOnlyMemory<int> BatchRows, ReadOnlyMemory<float> CarriedState, IReadOnlyList<ShardOrder> Orders, bool IsAudited = false,
    bool IsAudit = false) : IWorkMessage;

/// <summary>A node's result for a tree node: a hash of the gradient's bits, the losses and the final states.</summary>
public readonly record struct AuditedSum(ShardRange TreeNode, ulong Hash);

/// <summary>
/// An order was carried out. Its gradients were sent to the aggregators before, so none of it need be computed again, whatever happens to the worker.
/// </summary>
/// <param name="Losses">The losses of the fewest tree nodes that make up the shards.</param>
/// <param name="FinalState">(rows of the shards, model's state width): the final states to carry on; empty where nothing is carried.</param>
/// <param name="Seconds">Seconds of computing.</param>
/// <param name="Transfer">Seconds spent sending, for each vector: the parameters to the node, each gradient back. 0 where buffers change hands.</param>
/// <param name="Audited">In an audited step, the hashes of the tree nodes that make up the shards; null in others.</param>
public sealed record ShardsComputed(
    long Step, ShardOrder Order, IReadOnlyList<TreeNodeLoss> Losses, ReadOnlyMemory<float> FinalState, double Seconds, double Transfer = 0,
    IReadOnlyList<AuditedSum>? Audited = null) : IWorkMessage;

/// <summary>A tree node was computed again for an audit.</summary>
public sealed record ShardsAudited(long Step, ShardOrder Order, AuditedSum Sum) : IWorkMessage;

/// <summary>The loss of a node of the reduction tree.</summary>
/// <param name="NotFinite">The first of its shards whose loss is not a finite number; null where all are.</param>
public sealed record TreeNodeLoss(ShardRange TreeNode, LossSum Loss, int? NotFinite);

/// <summary>
/// Measure the validation loss of shards with the last published parameters: all orders of one decision for a node. Each is answered with
/// <see cref="ShardsEvaluated"/> or <see cref="ShardsLost"/>.
/// </summary>
public sealed record EvaluateShards(long Step, IReadOnlyList<ShardOrder> Orders) : IWorkMessage;

/// <summary>The validation loss of each of an order's shards, in order.</summary>
/// <param name="Seconds">Seconds of computing.</param>
public sealed record ShardsEvaluated(long Step, ShardOrder Order, IReadOnlyList<LossSum> Losses, double Seconds) : IWorkMessage;

/// <summary>A worker failed at an order; it was restarted and is ready for work.</summary>
/// <param name="IsOutOfMemory">Whether it had too little memory, so that the same would fail again.</param>
public sealed record ShardsLost(long Step, ShardOrder Order, string Reason, bool IsOutOfMemory = false) : IWorkMessage;
