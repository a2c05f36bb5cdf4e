using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sharding;

namespace RnnActors.Training.Protocol;

/// <summary>Between workers, the aggregators of the segments, and the coordinator.</summary>
public interface IAggregationMessage;

/// <summary>A run of the parameter vector that one aggregator sums and updates. It begins at a multiple of the blocks that the norm is summed by.</summary>
public readonly record struct Segment(int Number, int First, int Length);

/// <summary>
/// A part of a worker's sum over a node of the reduction tree, as soon as it stands: the rest is still computed or on its way. The buffer is handed over until the step is
/// over, as far as its parts are; an aggregator touches its own segment of it alone. Each part is told of once.
/// </summary>
/// <param name="Gradient">(P).</param>
/// <param name="First">Where the part begins; the whole vector may be one part. The parts of a process are the same for every node of the tree.</param>
public sealed record GradientPart(long Step, ShardRange Node, GradientBuffer Gradient, int First, int Length) : IAggregationMessage;

/// <summary>The sum over all shards stands, so its part of the norm is known. Answered with <see cref="ApplyUpdate"/>, unless the run ends.</summary>
/// <param name="BlockNorms">The squared norm of each block of the segment.</param>
public sealed record SegmentSummed(long Step, Segment Segment, double[] BlockNorms) : IAggregationMessage;

/// <summary>Update the segment. Answered with <see cref="SegmentUpdated"/>.</summary>
/// <param name="InStretches">Whether each stretch of it is to be told of with <see cref="StretchUpdated"/>, so that it can be sent while the next one is updated.</param>
public sealed record ApplyUpdate(long Step, UpdateStep Update, bool InStretches = false) : IAggregationMessage;

/// <summary>A stretch of the parameters is that of the next step.</summary>
public sealed record StretchUpdated(long Step, int First, int Length) : IAggregationMessage;

/// <summary>The segment's parameters are those of the next step.</summary>
public sealed record SegmentUpdated(long Step, Segment Segment) : IAggregationMessage;

/// <summary>To a node's reducer, before its workers begin: what they are given by one decision, so that it knows how far it can sum before it sends.</summary>
public sealed record ReduceShards(long Step, IReadOnlyList<ShardRange> Shards) : IAggregationMessage;
