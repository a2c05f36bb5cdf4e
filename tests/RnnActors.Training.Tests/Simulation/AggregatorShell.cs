using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Training;
using RnnActors.Training.Aggregation;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>The aggregator of one segment.</summary>
internal sealed class AggregatorShell(TrainingJob job, TrainingState state, Segment segment, Bug bug, Action<SegmentSummed> summed,
    Action<SegmentUpdated> updated)
{
    private readonly SegmentSum _sum = new(segment, job.Training.Shards);
    private readonly List<GradientPart> _came = [];
    private GradientBuffer? _planted;
    private long _step = state.Progress.Step;

    public void Receive(object message)
    {
        switch (message)
        {
            case GradientPart part when part.Step == _step && !_sum.IsComplete && _planted is null:
                _came.Add(part);
                _sum.Add(part);
                if (bug != Bug.None && Planted() is { } planted) Sum(_planted = planted);
                else if (_sum.IsComplete) summed(new SegmentSummed(_step, segment, _sum.BlockNorms));
                break;
            case ApplyUpdate apply when apply.Step == _step && (_sum.IsComplete || _planted is not null):
                int length = segment.Length;
                var gradient = _planted ?? _sum.At(segment.First, ref length);
                state.Update(job.Training.Optimizer, segment.First, gradient.Span.Slice(segment.First, segment.Length), apply.Update);
                _sum.Clear();
                _came.Clear();
                _planted = null;
                updated(new SegmentUpdated(_step++, segment));
                break;
        }
    }

    private void Sum(GradientBuffer sum)
    {
        double[] norms = new double[SquaredNorm.Blocks(segment.Length)];
        sum.SquareInto(norms, segment.First, segment.Length);
        summed(new SegmentSummed(_step, segment, norms));
    }

    /// <summary>The wrong sum of a planted fault, where it shows.</summary>
    private GradientBuffer? Planted()
    {
        switch (bug)
        {
            case Bug.ResultCountedTwice when _sum.IsComplete && _came.Sum(part => part.TreeNode.Count) > job.Training.Shards:
            case Bug.SumInOrderOfArrival when _sum.IsComplete && _came.Sum(part => part.TreeNode.Count) == job.Training.Shards:
            case Bug.StepCountedEarly when !_sum.IsComplete
                && _came.Select(part => part.TreeNode).Distinct().Sum(node => node.Count) == job.Training.Shards - 1:
                var sum = new GradientBuffer(state.Parameters.Length);
                sum.Mark(0, sum.Length);
                foreach (var part in _came)
                    for (int i = 0; i < sum.Length; i++) sum.Span[i] += part.Gradient.Span[i];
                return sum;
            default:
                return null;
        }
    }
}
