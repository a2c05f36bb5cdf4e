using Akka.Actor;
using RnnActors.Core.Kernels;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Aggregation;

/// <summary>
/// One segment of the parameter vector: sums its part of the workers' gradients in the order of the tree, and updates its parameters and moments. A parameter
/// server in as many actors as there are segments.
/// </summary>
public sealed class GradientAggregator : ReceiveActor
{
    /// <summary>Floats that are summed and squared at once, while they are in the cache: some blocks of the norm.</summary>
    private const int Stretch = 4 * SquaredNorm.BlockLength;

    /// <summary>Floats that are updated before the next process may be sent them: a megabyte.</summary>
    private const int UpdateStretch = 64 * SquaredNorm.BlockLength;

    private readonly Segment _segment;
    private readonly Optimizer _optimizer;
    private readonly TrainingState _state;
    private readonly TreeNodes<GradientBuffer> _partials;

    /// <summary>Of gradients, how much of the segment is here.</summary>
    private readonly Dictionary<(ShardRange Node, GradientBuffer Gradient), int> _arriving = [];
    private readonly double[] _blockNorms;
    private readonly Func<GradientBuffer, GradientBuffer, GradientBuffer> _addStretch;
    private GradientBuffer? _sum;
    private long _step;
    private int _first, _length;

    /// <param name="coordinator">Told when the segment is summed and when it is updated.</param>
    /// <param name="state">Its parameters and moments; only the segment is touched.</param>
    public GradientAggregator(Segment segment, TrainingSpec training, TrainingState state, IActorRef coordinator)
    {
        (_segment, _optimizer, _state) = (segment, training.Optimizer, state);
        _step = state.Progress.Step;
        _partials = new TreeNodes<GradientBuffer>(training.Shards);
        _blockNorms = new double[SquaredNorm.Blocks(segment.Length)];
        _addStretch = AddStretch;
        Receive<GradientPart>(part => part.Step == _step && _sum is null, part =>
        {
            int here = Math.Min(part.First + part.Length, segment.First + segment.Length) - Math.Max(part.First, segment.First);
            if (here <= 0) return;
            here += _arriving.GetValueOrDefault((part.Node, part.Gradient));
            _arriving[(part.Node, part.Gradient)] = here;
            if (here == segment.Length) Add(part.Node, part.Gradient, coordinator);
        });
        Receive<ApplyUpdate>(apply => apply.Step == _step && _sum is not null, apply =>
        {
            Update(apply, _sum!, coordinator);
            _partials.Clear();
            _arriving.Clear();
            _sum = null;
            coordinator.Tell(new SegmentUpdated(_step++, segment));
        });
        ReceiveAny(_ =>
        {
            // Late or twice: its step is over, or its sum stands.
        });
    }

    public static Props Props(Segment segment, TrainingSpec training, TrainingState state, IActorRef coordinator) =>
        Akka.Actor.Props.Create(() => new GradientAggregator(segment, training, state, coordinator)).WithDispatcher(Dispatchers.Compute);

    private void Add(ShardRange node, GradientBuffer gradient, IActorRef coordinator)
    {
        _partials.Add(node, gradient);
        if (!_partials.IsComplete) return;
        Sum();
        coordinator.Tell(new SegmentSummed(_step, _segment, _blockNorms));
    }

    /// <summary>Folds the partial sums into the leftmost, and squares what comes of it.</summary>
    private void Sum()
    {
        int at = 0;
        do
        {
            (_first, _length) = (_segment.First + at, Math.Min(Stretch, _segment.Length - at));
            _sum = _partials.Fold(_addStretch);
            _sum.SquareInto(_blockNorms.AsSpan(at / SquaredNorm.BlockLength, SquaredNorm.Blocks(_length)), _first, _length);
            at += Stretch;
        }
        while (at < _segment.Length);
    }

    private GradientBuffer AddStretch(GradientBuffer left, GradientBuffer right)
    {
        left.Add(right, _first, _length);
        return left;
    }

    private void Update(ApplyUpdate apply, GradientBuffer gradient, IActorRef coordinator)
    {
        int end = _segment.First + _segment.Length;
        (_first, _length) = (_segment.First, apply.InStretches ? Math.Min(UpdateStretch, _segment.Length) : _segment.Length);
        while (true)
        {
            _optimizer.Update(Part(_state.Parameters), gradient.Span.Slice(_first, _length), Moment(0), Moment(1), apply.Update);
            if (_first + _length == end) return;
            coordinator.Tell(new StretchUpdated(_step, _first, _length));
            (_first, _length) = (_first + _length, Math.Min(UpdateStretch, end - _first - _length));
        }
    }

    private Span<float> Part(AlignedBuffer block) => block.Span.Slice(_first, _length);

    private Span<float> Moment(int index) => index < _state.Moments.Count ? Part(_state.Moments[index]) : [];
}
