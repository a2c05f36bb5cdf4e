using System.Diagnostics;
using Akka.Actor;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Aggregation;

/// <summary>
/// The aggregator of one segment of the parameter vector. It sums its part of the workers' gradients in the order of the tree, and updates its parameters and
/// moments. Together, the aggregators are the parameter server.
/// </summary>
public sealed class GradientAggregator : ReceiveActor
{
    /// <summary>Floats that are updated before the next process may be sent them: a megabyte.</summary>
    private const int UpdateStretch = 64 * SquaredNorm.BlockLength;

    private readonly Segment _segment;
    private readonly Optimizer _optimizer;
    private readonly TrainingState _state;
    private readonly SegmentSum _sum;

    /// <summary>Whether this thread keeps to one processor from sum to update, so that the aggregators update side by side.</summary>
    private readonly bool _hasProcessor;
    private long _step;
    private RunTrace? _trace;
    private Activity? _summing;

    /// <param name="coordinator">Told when the segment is summed and when it is updated.</param>
    /// <param name="state">Its parameters and moments; only the segment is touched.</param>
    public GradientAggregator(Segment segment, TrainingSpec training, TrainingState state, IActorRef coordinator)
    {
        (_segment, _optimizer, _state) = (segment, training.Optimizer, state);
        _step = state.Progress.Step;
        _sum = new SegmentSum(segment, training.Shards);
        _hasProcessor = segment.Length < state.Parameters.Length && Context.System.Settings.HasCluster;
        Receive<RunTrace.Follow>(follow => _trace = follow.Trace);
        Receive<GradientPart>(part => part.Step == _step && !_sum.IsComplete, part =>
        {
            _summing ??= Begin("sum gradients");
            _sum.Add(part);
            if (!_sum.IsComplete) return;
            TrainingActivities.End(_summing);
            _summing = null;
            if (_hasProcessor) ComputeAffinity.Keep(segment.Number);
            coordinator.Tell(new SegmentSummed(_step, segment, _sum.BlockNorms));
        });
        Receive<ApplyUpdate>(apply => apply.Step == _step && _sum.IsComplete, apply =>
        {
            var updating = Begin("update parameters");
            Update(apply, coordinator);
            TrainingActivities.End(updating);
            if (_hasProcessor) ProcessorAffinity.Free();
            _sum.Clear();
            coordinator.Tell(new SegmentUpdated(_step++, segment));
        });
        ReceiveAny(_ =>
        {
            // Late or a duplicate: the step is over, or its sum is complete.
        });
    }

    public static Props Props(Segment segment, TrainingSpec training, TrainingState state, IActorRef coordinator) =>
        Akka.Actor.Props.Create(() => new GradientAggregator(segment, training, state, coordinator)).WithDispatcher(Dispatchers.Compute);

    private Activity? Begin(string name) => _trace?.BeginPart(name, _step)?.SetTag(TrainingActivities.SegmentTag, _segment.Number);

    private void Update(ApplyUpdate apply, IActorRef coordinator)
    {
        int end = _segment.First + _segment.Length, together = apply.InStretches ? UpdateStretch : _segment.Length;
        for (int first = _segment.First; first < end; first += together)
        {
            int length = Math.Min(together, end - first);
            UpdateStretchOf(apply.Update, first, length);
            if (first + length == end) return;
            coordinator.Tell(new StretchUpdated(_step, first, length));

            // The sender of this stretch gets the processor at once, and not after the whole update.
            Thread.Yield();
        }
    }

    private void UpdateStretchOf(in UpdateStep update, int first, int length)
    {
        int end = first + length;
        for (int part = end - first; first < end; first += part, part = end - first)
        {
            var gradient = _sum.At(first, ref part);
            _state.Update(_optimizer, first, gradient.Span.Slice(first, part), update);
        }
    }
}
