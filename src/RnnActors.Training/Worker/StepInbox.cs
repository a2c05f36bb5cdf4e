using Akka.Actor;
using RnnActors.Core.Kernels;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
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
    private bool _parametersAreHere;

    /// <summary>To the owner: parameters are here.</summary>
    public sealed record ParametersArrived(long Step, AlignedBuffer Parameters);

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
                if (frame.Offset == 0 && step > _parametersStep)
                {
                    (_parametersStep, _parametersAreHere) = (step, false);
                    Array.Reverse(_parameters);
                }

                return step == _parametersStep && !_parametersAreHere ? FrameTarget.Into(_parameters[0].Memory) : FrameTarget.Discard;
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
                if (step != _parametersStep || _parametersAreHere) return;
                _parametersAreHere = true;
                owner.Tell(new ParametersArrived(step, _parameters[0]), ActorRefs.NoSender);
            }
            else if (step == _statesStep)
            {
                _statesHere.Add(frame.Transfer.Shards);
                owner.Tell(StateArrived.Instance, ActorRefs.NoSender);
            }
        }
    }

    /// <summary>(streams, model's state width): the states that the rows of these shards begin with, for a step; null where some are not here.</summary>
    public ReadOnlyMemory<float>? StatesOf(long step, IEnumerable<ShardRange> shards)
    {
        lock (_gate)
        {
            var plan = new ShardPlan(job.Data.Streams, job.Training.Shards);
            if (step != _statesStep || !shards.All(range => _statesHere.Contains(range) || plan.RowsOf(range).Count == 0)) return null;
            return _states[0];
        }
    }

    private static int StateLength(TrainingJob job) => job.Data.Streams * job.Model.StateWidth;
}
