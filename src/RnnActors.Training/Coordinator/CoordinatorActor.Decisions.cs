using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>What the actor does for each decision of the run.</summary>
public sealed partial class CoordinatorActor
{
    /// <summary>How many checkpoints may wait for the disk. A further one is skipped, if it may be.</summary>
    private const int MaxWrites = 2;

    private void Do(IReadOnlyList<Decision> decisions)
    {
        foreach (var decision in decisions) Do(decision);
    }

    private void Do(Decision decision)
    {
        switch (decision)
        {
            case Publish publish:
                var parameters = publish.IsValidation ? _run.State.InferenceParameters : _run.State.Parameters;
                ActorOf(publish.Node).Tell(new ParametersPublished(publish.Step, parameters)
                {
                    Version = ParametersVersion.Of(_job.Training, publish.Step, publish.IsValidation),
                });
                break;
            case Assign assign:
                _trace?.BeginStep(_run.State.Progress);
                var node = _nodes.Find(node => node.Number == assign.Node)!;
                node.Step = assign.Work.Step;
                node.Actor.Tell(assign.Work);
                break;
            case AssignEvaluation assign:
                _trace?.BeginValidation(_run.State.Progress);
                ActorOf(assign.Node).Tell(assign.Work);
                break;
            case SetDeadline set:
                _deadline?.Cancel();
                _deadline = Context.System.Scheduler.ScheduleTellOnceCancelable(set.After, Self, new DeadlinePassed(set.Number), Self);
                break;
            case Release release:
                var released = ActorOf(release.Node);
                Forget(released);
                released.Tell(NodeDrained.Instance);
                break;
            case SetAside aside:
                var setAside = _nodes.Find(node => node.Number == aside.Node)!;
                (setAside.IsPrepared, setAside.IsSetAside) = (false, true);
                setAside.Actor.Tell(new NodeSetAside(aside.Reason));
                break;
            case Update update:
                bool areSent = update.IsForNextStep && _nodes.Exists(node => node.IsRemote && node.Step == update.Step);
                var apply = new ApplyUpdate(update.Step, update.Values, InStretches: areSent);
                foreach (var aggregator in _aggregators) aggregator.Tell(apply);
                break;
            case Tell tell:
                _observe(tell.Event);
                break;
            case Save save:
                Save(save);
                break;
            case Finish finish:
                _outcome = new TrainingOutcome(_run.State, finish.IsComplete, finish.ShutOut);
                CompleteWhenWritten();
                break;
            case Diagnose diagnose:
                _failure = Diagnosis.NonFinite(_job, _run.State, diagnose.Shard, diagnose.BatchRows);
                CompleteWhenWritten();
                break;
            case Stop stop:
                _failure = new TrainingFailedException(stop.Reason);
                CompleteWhenWritten();
                break;
            case GiveUp giveUp:
                _failure = new TrainingFailedException($"{giveUp.Shards} of step {_run.State.Progress.Step + 1} failed again and again: {giveUp.Reason}")
                {
                    IsOutOfMemory = giveUp.IsOutOfMemory,
                };
                CompleteWhenWritten();
                break;
            default:
                throw new InvalidOperationException($"No actor carries out {decision}.");
        }
    }

    private void Save(Save save)
    {
        if (_writer is null) return;
        if (save.MayBeSkipped && _writes >= MaxWrites)
        {
            _observe(new CheckpointNotSaved(_run.State.Progress.Step, "the disk is still busy with the ones before"));
            return;
        }

        _writes++;
        _measurements.Write(1);
        _writer.Tell(new SaveCheckpoint(_run.State.Snapshot(), save.IsBest));
    }

    /// <summary>Completes the run once all pending checkpoints are written, so that a failure loses none.</summary>
    private void CompleteWhenWritten()
    {
        if (_writes > 0) return;
        if (_failure is not null) _completion.TrySetException(_failure);
        else if (_outcome is not null) _completion.TrySetResult(_outcome);
    }
}
