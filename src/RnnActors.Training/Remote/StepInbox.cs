using Akka.Actor;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>
/// Where the parameters and the carried states of a run arrive at a node: two of each, used in turn, so that those of a step arrive while the step before is still
/// computed. The channel's reading thread fills it. A step that is two behind gets torn numbers, which is harmless: nobody waits for its answers.
/// </summary>
internal sealed class StepInbox(TrainingJob job, IActorRef owner) : IRunInbox
{
    /// <summary>Of a step's parameters; so that the other side cannot make this grow.</summary>
    private const int MostParts = 1 << 16;

    private readonly Lock _gate = new();
    private readonly AlignedBuffer[] _parameters = [new(job.Model.Layout.Length), new(job.Model.Layout.Length)];
    private readonly float[][] _states = [new float[StateLength(job)], new float[StateLength(job)]];
    private readonly HashSet<ShardRange> _statesHere = [];

    /// <summary>The parts of the present step's parameters that have begun to come, by their numbers.</summary>
    private readonly Dictionary<int, Part> _parts = [];
    private long _parametersStep = -1, _statesStep = -1;
    private int _partsHere;

    /// <summary>To the owner: a part of a step's parameters is here.</summary>
    /// <param name="Parts">How many of the step are, counted from the first up to one that is not: small parts overtake large ones.</param>
    public sealed record ParametersArrived(long Step, AlignedBuffer Parameters, int Parts);

    /// <summary>To the owner: states are here.</summary>
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
                if (!frame.IsPartOf(_parameters[0].Length)) return FrameTarget.Refuse($"{frame.Transfer} have no part of {frame.Total} bytes at {frame.Transfer.First}");
                if (frame.Offset == 0 && step > _parametersStep)
                {
                    (_parametersStep, _partsHere) = (step, 0);
                    _parts.Clear();
                    Array.Reverse(_parameters);
                }

                return step == _parametersStep ? PlaceOf(frame) : FrameTarget.Discard;
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
                if (step == _parametersStep && Complete(frame)) owner.Tell(new ParametersArrived(step, _parameters[0], _partsHere), ActorRefs.NoSender);
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

    /// <summary>The states that the rows of these shards begin with, for a step.</summary>
    /// <param name="states">(streams, model's state width), of which only the rows of these shards are right.</param>
    /// <returns>Whether they are here.</returns>
    public bool TryGetStates(long step, IEnumerable<ShardRange> shards, out ReadOnlyMemory<float> states)
    {
        lock (_gate)
        {
            var plan = new ShardPlan(job.Data.Streams, job.Training.Shards);
            states = _states[0];
            return step == _statesStep && shards.All(range => _statesHere.Contains(range) || plan.RowsOf(range).Count == 0);
        }
    }

    /// <summary>A part is sent under its number once; another number may bring values of the same place again, as rows of an embedding that more work reads.</summary>
    private FrameTarget PlaceOf(in Frame frame)
    {
        int number = frame.Transfer.Shards.Count;
        var part = new Part(frame.Transfer.First, (int)(frame.Total / sizeof(float)), IsHere: false);
        if (_parts.TryGetValue(number, out var known))
        {
            if (known with { IsHere = false } != part) return FrameTarget.Refuse($"part {number} of {frame.Transfer} is another than before");
            if (known.IsHere) return FrameTarget.Discard;
        }
        else
        {
            if (_parts.Count == MostParts) return FrameTarget.Refuse($"{frame.Transfer} come in more than {MostParts} parts");
            _parts.Add(number, part);
        }

        return FrameTarget.Into(_parameters[0].Memory.Slice(part.First, part.Length));
    }

    /// <summary>A part is here.</summary>
    /// <returns>Whether it was not before.</returns>
    private bool Complete(in Frame frame)
    {
        int number = frame.Transfer.Shards.Count;
        if (!_parts.TryGetValue(number, out var part) || part.IsHere) return false;
        _parts[number] = part with { IsHere = true };
        while (_parts.TryGetValue(_partsHere, out var next) && next.IsHere) _partsHere++;
        return true;
    }

    private static int StateLength(TrainingJob job) => job.Data.Streams * job.Model.StateWidth;

    private readonly record struct Part(int First, int Length, bool IsHere);
}
