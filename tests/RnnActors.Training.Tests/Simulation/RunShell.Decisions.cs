using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>What the pure run decides is done.</summary>
internal sealed partial class RunShell
{
    /// <summary>The node ran out of memory. This process's own workers offer less of themselves, as <c>WorkerNode</c> does.</summary>
    private void SetAside(Node node, string reason)
    {
        node.IsPrepared = false;
        if (node.Local is not { } local)
        {
            node.Remote!.SetAside(this, reason);
            return;
        }

        _world.Timeline.In(TimeSpan.FromMilliseconds(1 + _world.Random.Next(50)), _manager.Life, () => Post(() =>
        {
            if (!_nodes.Contains(node)) return;
            if (local.Plan.Smaller() is not { } less)
            {
                Unable(node, reason, isOutOfMemory: true);
                return;
            }

            _nodes.Remove(node);
            local.End();
            Welcome(null, WorkerShell.Start(_world, local.Life, Job, less), less.Threads, node.Name);
        }));
    }

    private void Do(IReadOnlyList<Decision> decisions)
    {
        foreach (var decision in decisions.ToArray()) Do(decision);
    }

    private void Do(Decision decision)
    {
        switch (decision)
        {
            case Publish publish:
                var parameters = publish.IsValidation ? _run.State.InferenceParameters : _run.State.Parameters;
                var published = new ParametersPublished(publish.Step, parameters);
                Find(publish.Node)!.Remote?.Publish(this, published);
                break;
            case Assign assign: Give(Find(assign.Node)!, assign.Work); break;
            case AssignEvaluation assign: Give(Find(assign.Node)!, assign.Work); break;
            case SetDeadline set:
                int deadline = ++_deadline;
                _world.Timeline.In(set.After, _manager.Life, () =>
                {
                    if (deadline == _deadline) Post(() => Do(_run.DeadlinePassed(set.Number)));
                });
                break;
            case Release release:
                var released = Find(release.Node)!;
                _nodes.Remove(released);
                released.Local?.End();
                released.Remote?.Drained(this);
                break;
            case Update update:
                foreach (var aggregator in _aggregators)
                    _world.Timeline.In(TimeSpan.FromMilliseconds(1), _manager.Life, () =>
                    {
                        if (!_isOver) aggregator.Receive(new ApplyUpdate(update.Step, update.Values));
                    });
                break;
            case Tell tell: Observe(tell.Event); break;
            case Save save: Save(save); break;
            case SetAside aside: SetAside(Find(aside.Node)!, aside.Reason); break;
            case Finish finish:
                _end = (new TrainingOutcome(_run.State, finish.IsComplete, finish.ShutOut), null, false);
                CompleteWhenWritten();
                break;
            case Diagnose: _world.Fail("a loss or gradient is not finite"); break;
            case GiveUp giveUp:
                _end = (null, giveUp.Reason, giveUp.IsOutOfMemory);
                CompleteWhenWritten();
                break;
            case Stop stop:
                _end = (null, stop.Reason, false);
                CompleteWhenWritten();
                break;
            default:
                throw new InvalidOperationException($"The simulation does not play {decision.GetType().Name}.");
        }
    }

    private void Give(Node node, ComputeShards work)
    {
        if (node.Remote is { } remote)
        {
            remote.Compute(this, work);
            return;
        }

        foreach (var order in work.Orders)
        {
            node.Local!.Compute(work, order, () => _run.State.Parameters.Memory, (parts, answer) =>
            {
                if (_isOver) return;
                foreach (var part in parts)
                    foreach (var aggregator in _aggregators) aggregator.Receive(part);
                Computed(answer);
            }, Audited, Lost);
        }
    }

    private void Give(Node node, EvaluateShards work)
    {
        if (node.Remote is { } remote)
        {
            remote.Evaluate(this, work);
            return;
        }

        foreach (var order in work.Orders) node.Local!.Evaluate(work.Step, order, () => _run.State.Parameters.Memory, Evaluated, Lost);
    }

    private void Observe(TrainingEvent told)
    {
        if (told is StepDone step)
        {
            _world.Oracle.StepDone(_manager, this, step, LastStep, _run.State);
            LastStep = step.Progress.Step;
            bool hadToStop = _isToStop;
            _isToStop = _manager.MoreUrgentThan(Job) is not null;
            if (hadToStop && _isToStop) _world.Fail($"{Job.Description.Name} goes on, and {_manager.MoreUrgentThan(Job)} come before it");
        }
        else
        {
            if (told is StepNotAudited missed) UnauditedStep = missed.Step;
            _world.Log?.Add($"{_world.Timeline.Now} {_manager.Life} {told}");
        }
    }
}
