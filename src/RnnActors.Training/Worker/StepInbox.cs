using Akka.Actor;
using RnnActors.Core.Kernels;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Worker;

/// <summary>
/// Where the parameters and the carried states of a run arrive at a node: two of each, used in turn, so that those of a step arrive while the step before is still
/// computed. The channel's reading thread fills it. A step that is two behind gets torn numbers, which is harmless: nobody waits for its answers.
/// </summary>
internal sealed class StepInbox(TrainingJob job, IActorRef owner) : IRunInbox
{
    private readonly Lock _gate = new();
    private readonly AlignedBuffer[] _parameters = [new(job.Model.Layout.Length), new(job.Model.Layout.Length)];
    private readonly float[][] _states = [new float[StateLength(job)], new float[StateLength(job)]];
    private readonly HashSet<ShardRange> _statesHere = [];
    private long _parametersStep = -1, _statesStep = -1;
    private int _parts;

    /// <summary>To the owner: a part of a step's parameters is here.</summary>
    /// <param name="Parts">How many of the step are.</param>
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
                int first = frame.Transfer.First;
                long length = frame.Total / sizeof(float);
                if (first + length > _parameters[0].Length) return FrameTarget.Refuse($"{frame.Transfer} are more than this run's");
                if (frame.Offset == 0 && step > _parametersStep)
                {
                    (_parametersStep, _parts) = (step, 0);
                    Array.Reverse(_parameters);
                }

                return step == _parametersStep ? FrameTarget.Into(_parameters[0].Memory.Slice(first, (int)length)) : FrameTarget.Discard;
            }

            if (frame.Transfer.Kind != FrameKind.State || shards.First < 0 || shards.Count < 1 || shards.Count > job.Training.Shards || shards.First > job.Training.Shards - shards.Count || _states[0].Length == 0)
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
                if (step == _parametersStep) owner.Tell(new ParametersArrived(step, _parameters[0], ++_parts), ActorRefs.NoSender);
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

    private static int StateLength(TrainingJob job) => job.Data.Streams * job.Model.StateWidth;
}
