using Akka.Actor;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>
/// Receives a run's parameters and carried states on a node, in two buffers each, so that those of a step can arrive while the previous step is still computed.
/// The channel's reading thread fills them. Work that is two steps behind may read torn values, which is harmless: nobody waits for its answers.
/// </summary>
internal sealed class StepInbox(TrainingJob job, IActorRef owner) : IRunInbox
{
    /// <summary>The maximum number of parts of a step, so that a peer cannot exhaust the memory.</summary>
    private const int MaxParts = 1 << 16;

    private readonly Lock _gate = new();
    private readonly AlignedBuffer[] _parameters = [new(job.Model.Layout.Length), new(job.Model.Layout.Length)];
    private readonly float[][] _states = [new float[StateLength(job)], new float[StateLength(job)]];
    private readonly HashSet<ShardRange> _statesHere = [];

    /// <summary>The parts of the present step's parameters that have begun to arrive, by their numbers.</summary>
    private readonly Dictionary<int, Part> _parts = [];
    private long _parametersVersion = -1, _statesStep = -1;
    private int _partsHere;

    /// <summary>To the owner: a part of a step's parameters has arrived.</summary>
    /// <param name="Version">Their <see cref="ParametersVersion"/>.</param>
    /// <param name="Parts">How many parts have arrived, counted from the first without a gap; small parts overtake large ones.</param>
    public sealed record ParametersArrived(long Version, AlignedBuffer Parameters, int Parts);

    /// <summary>To the owner: states have arrived.</summary>
    public sealed record StateArrived
    {
        public static readonly StateArrived Instance = new();
    }

    /// <summary>On the reading thread.</summary>
    public FrameTarget Accept(in Frame frame)
    {
        var (step, shards) = (frame.Transfer.Step, frame.Transfer.Shards);
        lock (_gate)
        {
            if (frame.Transfer.Kind == FrameKind.Parameters)
            {
                if (!frame.IsPartOf(_parameters[0].Length))
                    return FrameTarget.Refuse($"{frame.Transfer} have no part of {frame.Total} bytes at {frame.Transfer.First}");
                if (frame.Offset == 0 && step > _parametersVersion)
                {
                    (_parametersVersion, _partsHere) = (step, 0);
                    _parts.Clear();
                    Array.Reverse(_parameters);
                }

                return step == _parametersVersion ? PlaceOf(frame) : FrameTarget.Discard;
            }

            if (frame.Transfer.Kind != FrameKind.State || frame.Transfer.First != 0 || !shards.IsOf(job.Training.Shards) || _states[0].Length == 0)
                return FrameTarget.Refuse($"{frame.Transfer} is none of this run's");
            if (step > _statesStep)
            {
                _statesStep = step;
                _statesHere.Clear();
                Array.Reverse(_states);
            }

            var rows = new ShardPlan(job.Data.Streams, job.Training.Shards).RowsOf(shards);
            return step == _statesStep && !_statesHere.Contains(shards)
                ? FrameTarget.Into(_states[0].AsMemory(rows.First * job.Model.StateWidth, rows.Count * job.Model.StateWidth))
                : FrameTarget.Discard;
        }
    }

    /// <summary>On the reading thread.</summary>
    public void Received(in Frame frame)
    {
        if (!frame.IsLast) return;
        long step = frame.Transfer.Step;
        lock (_gate)
        {
            if (frame.Transfer.Kind == FrameKind.Parameters)
            {
                if (step == _parametersVersion && Complete(frame)) owner.Tell(new ParametersArrived(step, _parameters[0], _partsHere), ActorRefs.NoSender);
            }
            else if (step == _statesStep)
            {
                _statesHere.Add(frame.Transfer.Shards);
                owner.Tell(StateArrived.Instance, ActorRefs.NoSender);
            }
        }
    }

    /// <summary>On the reading thread.</summary>
    public void Told(ReadOnlySpan<byte> message) => owner.Tell(WireSerializer.Unpack(message), ActorRefs.NoSender);

    /// <summary>The initial states of the rows of these shards.</summary>
    /// <param name="states">(streams, model's state width), of which only the rows of these shards are valid.</param>
    /// <returns>Whether they have arrived.</returns>
    public bool TryGetStates(long step, IEnumerable<ShardRange> shards, out ReadOnlyMemory<float> states)
    {
        lock (_gate)
        {
            var plan = new ShardPlan(job.Data.Streams, job.Training.Shards);
            states = _states[0];
            return step == _statesStep && shards.All(range => _statesHere.Contains(range) || plan.RowsOf(range).Count == 0);
        }
    }

    /// <summary>
    /// Finds the place of a part. Each part number is sent once. A further part may hold values again that an earlier one held, such as embedding rows for more
    /// work.
    /// </summary>
    private FrameTarget PlaceOf(in Frame frame)
    {
        int number = frame.Transfer.Part;
        var part = new Part(frame.Transfer.First, (int)(frame.Total / sizeof(float)), IsHere: false);
        if (_parts.TryGetValue(number, out var known))
        {
            if (known with { IsHere = false } != part) return FrameTarget.Refuse($"part {number} of {frame.Transfer} is another than before");
            if (known.IsHere) return FrameTarget.Discard;
        }
        else
        {
            if (_parts.Count == MaxParts) return FrameTarget.Refuse($"{frame.Transfer} come in more than {MaxParts} parts");
            _parts.Add(number, part);
        }

        return FrameTarget.Into(_parameters[0].Memory.Slice(part.First, part.Length));
    }

    /// <summary>Marks a part as arrived.</summary>
    /// <returns>Whether it is new.</returns>
    private bool Complete(in Frame frame)
    {
        int number = frame.Transfer.Part;
        if (!_parts.TryGetValue(number, out var part) || part.IsHere) return false;
        _parts[number] = part with { IsHere = true };
        while (_parts.TryGetValue(_partsHere, out var next) && next.IsHere) _partsHere++;
        return true;
    }

    private static int StateLength(TrainingJob job) => job.Data.Streams * job.Model.StateWidth;

    private readonly record struct Part(int First, int Length, bool IsHere);
}
