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
/// <param name="Attempt">
/// Counts the times that anything was given out between two updates, so that no two orders of a step and its validation are equal.
/// </param>
public readonly record struct ShardOrder(WorkerId Worker, ShardRange Shards, int Attempt);

/// <summary>
/// New parameters, shared and read-only until the step is over. Sent to a node once, before its first order of the step, or, where they are averaged, of the
/// step and of the validation before it.
/// </summary>
/// <param name="Step">The step that they are for, and the validation before it.</param>
/// <param name="Parameters">(P).</param>
public sealed record ParametersPublished(long Step, AlignedBuffer Parameters) : IWorkMessage
{
    /// <summary>Their number, as <see cref="ParametersVersion"/> says.</summary>
    public long Version { get; init; } = Step;
}

/// <summary>A part of the next step's parameters is ready, before they are published.</summary>
/// <param name="Version">Of the parameters, as <see cref="ParametersVersion"/> says.</param>
/// <param name="Parameters">(P), of which this part alone may be read.</param>
public sealed record ParametersAdvanced(long Version, AlignedBuffer Parameters, int First, int Length) : IWorkMessage;

/// <summary>The numbers of a run's parameters, which grow: by them a node knows whether it has those of an order.</summary>
public static class ParametersVersion
{
    /// <summary>
    /// The step itself. Where parameters are averaged, a validation has other ones than the step after it, and so another number: the even one of the two.
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
/// (rows of the whole batch, model's state width): the states that the rows begin with; empty where nothing is carried. Read-only until the step is over,
/// and only the rows of the orders are read.
/// </param>
/// <param name="IsAudited">Whether the answers have hashes, since the step is audited.</param>
/// <param name="IsAudit">Whether the hash is all that is asked for: it is answered with <see cref="ShardsAudited"/>, and no gradient is sent.</param>
public sealed record ComputeShards(
    long Step, ReadOnlyMemory<int> BatchRows, ReadOnlyMemory<float> CarriedState, IReadOnlyList<ShardOrder> Orders, bool IsAudited = false,
    bool IsAudit = false) : IWorkMessage;

/// <summary>What a node computed for a tree node: a hash of the gradient's bits, the losses and the final states.</summary>
public readonly record struct AuditedSum(ShardRange TreeNode, ulong Hash);

/// <summary>
/// An order was carried out. All its gradients were sent to the aggregators before, so nothing of it is ever computed again, whatever happens to the
/// worker.
/// </summary>
/// <param name="Losses">The losses of the fewest tree nodes that make up the shards.</param>
/// <param name="FinalState">(rows of the shards, model's state width): the states to be carried on; empty where nothing is carried.</param>
/// <param name="Seconds">Seconds of computing.</param>
/// <param name="Transfer">Seconds spent sending, for each vector sent: parameters there, gradients back. 0 where buffers change hands.</param>
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
