using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sharding;

namespace RnnActors.Training.Protocol;

/// <summary>Messages between workers, the aggregators of the segments, and the coordinator.</summary>
public interface IAggregationMessage;

/// <summary>A range of the parameter vector that one aggregator sums and updates. It begins at a multiple of the norm's blocks.</summary>
public readonly record struct Segment(int Number, int First, int Length);

/// <summary>
/// A part of a worker's gradient, summed over a tree node, sent as soon as it is ready; the rest is still computed or on its way. Until the step is over this
/// part of the buffer belongs to the aggregators, each of which touches its own segment alone. Each part is sent once.
/// </summary>
/// <param name="Gradient">(P).</param>
/// <param name="First">The first index of the part, which may be the whole vector. A process cuts all its gradients in the same way.</param>
public sealed record GradientPart(long Step, ShardRange TreeNode, GradientBuffer Gradient, int First, int Length) : IAggregationMessage;

/// <summary>
/// The segment's gradient is summed over all shards, with its part of the norm. Answered with <see cref="ApplyUpdate"/>, unless the run ends.
/// </summary>
/// <param name="BlockNorms">The squared norm of each block of the segment.</param>
public sealed record SegmentSummed(long Step, Segment Segment, double[] BlockNorms) : IAggregationMessage;

/// <summary>Update the segment. Answered with <see cref="SegmentUpdated"/>.</summary>
/// <param name="InStretches">Whether each stretch is announced with <see cref="StretchUpdated"/>, so that it can be sent while the next one is updated.</param>
public sealed record ApplyUpdate(long Step, UpdateStep Update, bool InStretches = false) : IAggregationMessage;

/// <summary>A stretch of the segment has the next step's parameters.</summary>
public sealed record StretchUpdated(long Step, int First, int Length) : IAggregationMessage;

/// <summary>The whole segment has the next step's parameters.</summary>
public sealed record SegmentUpdated(long Step, Segment Segment) : IAggregationMessage;

/// <summary>
/// To a node's reducer, before the work begins: the shards that one decision gives to the node's workers. The reducer then knows how far to add before it
/// sends.
/// </summary>
public sealed record ReduceShards(long Step, IReadOnlyList<ShardRange> Shards) : IAggregationMessage;
