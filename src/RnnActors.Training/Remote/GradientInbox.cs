using Akka.Actor;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>
/// Receives a remote node's gradients and final states into buffers that the next step reuses. The channel's reading thread fills them and passes each part to
/// the aggregators at once. Blocks of other steps are discarded.
/// </summary>
internal sealed class GradientInbox(TrainingJob job, IReadOnlyList<IActorRef> aggregators, IActorRef owner) : IRunInbox
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ShardRange, Arrival> _gradients = [];
    private readonly Dictionary<ShardRange, bool> _states = [];
    private readonly Stack<GradientBuffer> _free = [];
    private readonly float[] _finalState = new float[job.Data.Streams * job.Model.StateWidth];
    private long _step = -1;

    /// <summary>To the owner: a gradient or a state is complete.</summary>
    public sealed record Arrived
    {
        public static readonly Arrived Instance = new();
    }

    public long Step
    {
        get
        {
            lock (_gate) return _step;
        }
    }

    /// <summary>Starts a new step: the buffers of the previous one are free.</summary>
    public void Begin(long step)
    {
        lock (_gate)
        {
            foreach (var arrival in _gradients.Values) _free.Push(arrival.Buffer);
            _gradients.Clear();
            _states.Clear();
            _step = step;
        }
    }

    /// <summary>On the reading thread.</summary>
    public FrameTarget Accept(in Frame frame)
    {
        var (step, shards) = (frame.Transfer.Step, frame.Transfer.Shards);
        lock (_gate)
        {
            if (step != _step) return FrameTarget.Discard;
            if (frame.Transfer.Kind == FrameKind.State)
            {
                if (!shards.IsOf(job.Training.Shards) || frame.Transfer.First != 0 || StateOf(shards).IsEmpty)
                    return FrameTarget.Refuse($"{frame.Transfer} is none of this run's");
                return _states.GetValueOrDefault(shards) ? FrameTarget.Discard : FrameTarget.Into(StateOf(shards));
            }

            if (frame.Transfer.Kind != FrameKind.Gradient || !shards.IsOf(job.Training.Shards) || ReductionTree.Cover(shards, job.Training.Shards).Count != 1)
                return FrameTarget.Refuse($"{frame.Transfer} is of no node of this run's reduction tree");
            if (!frame.IsPartOf(job.Model.Layout.Length))
                return FrameTarget.Refuse($"{frame.Transfer} has no part of {frame.Total} bytes at {frame.Transfer.First}");
            if (!_gradients.TryGetValue(shards, out var arrival))
                _gradients.Add(shards, arrival = new Arrival(_free.TryPop(out var free) ? free : new GradientBuffer(job.Model.Layout.Length)));
            return arrival.PlaceOf(frame);
        }
    }

    /// <summary>On the reading thread.</summary>
    public void Received(in Frame frame)
    {
        if (!frame.IsLast) return;
        var (step, shards) = (frame.Transfer.Step, frame.Transfer.Shards);
        lock (_gate)
        {
            if (step != _step) return;
            if (frame.Transfer.Kind == FrameKind.State)
            {
                _states[shards] = true;
            }
            else if (_gradients.TryGetValue(shards, out var arrival) && arrival.Complete(frame))
            {
                var part = new GradientPart(step, shards, arrival.Buffer, frame.Transfer.First, (int)(frame.Total / sizeof(float)));
                foreach (var aggregator in aggregators) aggregator.Tell(part, ActorRefs.NoSender);
                if (!arrival.IsWhole) return;
            }
        }

        owner.Tell(Arrived.Instance, ActorRefs.NoSender);
    }

    /// <summary>On the reading thread.</summary>
    public void Told(ReadOnlySpan<byte> message) => owner.Tell(WireSerializer.Unpack(message), ActorRefs.NoSender);

    /// <summary>
    /// Whether all floats of an answer in the present step have arrived: the gradients of its shards, and their final states if they are carried.
    /// </summary>
    public bool Holds(ShardRange shards, bool carriesState)
    {
        lock (_gate)
        {
            return (!carriesState || StateOf(shards).IsEmpty || _states.ContainsKey(shards))
                && ReductionTree.Cover(shards, job.Training.Shards).All(Covered);
        }
    }

    /// <summary>(rows of the shards, model's state width).</summary>
    public Memory<float> StateOf(ShardRange shards)
    {
        if (_finalState.Length == 0) return default;
        var rows = new ShardPlan(job.Data.Streams, job.Training.Shards).RowsOf(shards);
        return _finalState.AsMemory(rows.First * job.Model.StateWidth, rows.Count * job.Model.StateWidth);
    }

    /// <summary>Whether a tree node has arrived: by itself, inside a larger one, or as its two halves.</summary>
    private bool Covered(ShardRange node)
    {
        foreach (var (range, arrival) in _gradients)
            if (arrival.IsWhole && range.Contains(node)) return true;
        if (node.Count == 1) return false;
        var (left, right) = ReductionTree.Split(node);
        return Covered(left) && Covered(right);
    }

    /// <summary>A gradient that arrives in parts.</summary>
    private sealed class Arrival(GradientBuffer buffer)
    {
        private readonly Dictionary<int, (int Length, bool IsHere)> _parts = [];
        private int _here;

        public GradientBuffer Buffer { get; } = buffer;

        public bool IsWhole => _here == Buffer.Length;

        /// <param name="frame">A frame of one part.</param>
        public FrameTarget PlaceOf(in Frame frame)
        {
            int first = frame.Transfer.First;
            int length = (int)(frame.Total / sizeof(float));
            if (_parts.TryGetValue(first, out var part))
                return part.Length != length ? Refuse(frame) : part.IsHere ? FrameTarget.Discard : FrameTarget.Into(Buffer, first, part.Length);
            foreach (var (otherFirst, other) in _parts)
                if (first < otherFirst + other.Length && otherFirst < first + length) return Refuse(frame);
            _parts.Add(first, (length, false));
            return FrameTarget.Into(Buffer, first, length);
        }

        /// <summary>Records that a part has arrived.</summary>
        /// <returns>Whether it is new: delivery is at least once.</returns>
        public bool Complete(in Frame frame)
        {
            if (!_parts.TryGetValue(frame.Transfer.First, out var part) || part.IsHere) return false;
            _parts[frame.Transfer.First] = part with { IsHere = true };
            _here += part.Length;
            return true;
        }

        private static FrameTarget Refuse(in Frame frame) => FrameTarget.Refuse($"{frame.Transfer} at {frame.Transfer.First} does not fit what has arrived");
    }
}
