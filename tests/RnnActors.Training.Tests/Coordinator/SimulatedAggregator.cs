using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>Plays the aggregator of one segment, without an actor.</summary>
internal sealed class SimulatedAggregator(TrainingJob job, TrainingState state, Segment segment)
{
    private readonly TreeNodes<GradientBuffer> _partials = new(job.Training.Shards);
    private GradientBuffer? _sum;
    private long _step = state.Progress.Step;

    public bool IsIdle { get; private set; } = true;

    public SegmentSummed? Receive(GradientPart partial)
    {
        if (partial.Step != _step || _sum is not null) return null;
        IsIdle = false;
        _partials.Add(partial.TreeNode, partial.Gradient);
        if (!_partials.IsComplete) return null;
        _sum = _partials.Fold((left, right) =>
        {
            left.Add(right, segment.First, segment.Length);
            return left;
        });
        double[] norms = new double[SquaredNorm.Blocks(segment.Length)];
        _sum.SquareInto(norms, segment.First, segment.Length);
        return new SegmentSummed(_step, segment, norms);
    }

    public SegmentUpdated Receive(ApplyUpdate apply)
    {
        state.Update(job.Training.Optimizer, segment.First, _sum!.Span.Slice(segment.First, segment.Length), apply.Update);
        _partials.Clear();
        _sum = null;
        IsIdle = true;
        return new SegmentUpdated(_step++, segment);
    }
}
