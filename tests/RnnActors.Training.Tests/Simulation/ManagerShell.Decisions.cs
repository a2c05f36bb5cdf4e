using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>What the pure manager decides is done.</summary>
internal sealed partial class ManagerShell
{
    private void Do(IReadOnlyList<ManagerDecision> decisions)
    {
        foreach (var decision in decisions.ToArray()) Do(decision);
    }

    private void Do(ManagerDecision decision)
    {
        switch (decision)
        {
            case StoreRun store:
                if (_world.Bug != Bug.EndIsNotStored || store.Run.Ending is null) _unwritten.Write(store.Run);
                break;
            case BeginRun begin: Load(begin.Job); break;
            case StopCurrent stop: Stop(stop); break;
            case TellEnded ended: TellEnd(ended.Ended); break;
            case TellPaused paused: IsPaused(paused); break;
            case TellResumed: break;
            case LimitSettling limit: Limit(limit); break;
            case RaiseEpoch raise:
                Epoch = raise.Epoch;
                WriteEpoch();
                break;
            case AcceptNode accept: Accept(accept.Node); break;
            case RefuseNode:
                var (asker, epoch, known) = (_sender!, Epoch, _world.Bug == Bug.OlderCopyTakesOver ? [] : _ledger.Acknowledged);
                Tell(asker, () => asker.Refused(epoch, known));
                break;
            case TellShutOut shutOut:
                if (_peers.TryGetValue(shutOut.NodeId, out var wrong))
                {
                    _world.Oracle.HearsShutOut(wrong.Node.Life);
                    Tell(wrong.Node, () => wrong.Node.Refused(Epoch, _ledger.Acknowledged));
                }

                _remotes.GetValueOrDefault(shutOut.NodeId)?.ShutOut(shutOut.Reason);
                break;
            case Acknowledge acknowledge:
                foreach (var run in acknowledge.Runs) _toTell[run.RunId] = run;
                break;
            case FetchRun fetch:
                _world.Log?.Add($"{_world.Timeline.Now} {Life} fetches {fetch.RunId[..4]} from {fetch.NodeId}");
                _remotes.GetValueOrDefault(fetch.NodeId)?.ReturnRun(fetch.RunId);
                break;
            case DropNode drop:
                if (_remotes.Remove(drop.NodeId, out var dropped)) dropped.Fall(drop.Reason);
                break;
            case AdmitNode admit: Admit(admit.NodeId, admit.RunId); break;
            case Replicate copy:
                _world.InBackground(Life, () =>
                {
                    var files = _offered.Take(copy.NodeId, new CheckpointFolder(Directory.FolderOf(copy.Run.Job.RunId)));
                    Hear(() => _remotes.GetValueOrDefault(copy.NodeId)?.Offer(new OfferReplica(Epoch, copy.Run, copy.Revision, [.. files])));
                });
                break;
            case OfferAgain again:
                _world.Timeline.In(again.After, Life, () => Hear(() =>
                {
                    if (!_isHandingOver) Do(_ledger.OfferDue(again.NodeId, again.RunId));
                }));
                break;
            case FetchAgain again:
                _world.Timeline.In(again.After, Life, () => Hear(() =>
                {
                    if (!_isHandingOver) Do(_ledger.ReturnDue(again.NodeId, again.RunId));
                }));
                break;
            default:
                throw new InvalidOperationException($"The simulation does not play {decision.GetType().Name}.");
        }
    }

    private void Accept(NodeDescription description)
    {
        var node = _peers[description.NodeId].Node;
        long epoch = Epoch;
        var known = Acknowledged(_ledger.Acknowledged);
        if (node.Life == Life)
        {
            Tell(node, () => node.Accepted(this, null, epoch, known));
            Do(_ledger.NodeConnected(description.NodeId));
            return;
        }

        var remote = _remotes[description.NodeId] = new RemoteShell(_world, this, description, node, epoch);
        Tell(node, () => node.Accepted(this, remote, epoch, known));
    }

    private void Admit(string nodeId, string runId)
    {
        if (!_active.TryGetValue(runId, out var active)) return;
        if (_remotes.TryGetValue(nodeId, out var remote)) remote.TakePart(active);
        else active.Welcome(null, WorkerShell.Start(_world, Life, active.Job, new(Life.Machine.Workers)), Life.Machine.Workers, Life.Machine.Name);
    }

    private void Load(JobDescription description)
    {
        int number = ++_begun;
        foreach (int before in _loading.Where(loading => loading.Value == description.RunId).Select(loading => loading.Key).ToArray()) _loading.Remove(before);
        _loading.Add(number, description.RunId);
        _world.InBackground(Life, () =>
        {
            var job = _world.JobOf(description.RunId);
            var search = new CheckpointFolder(Directory.FolderOf(description.RunId)).Newest();
            var state = search.Found is { } found ? TrainingCheckpoint.Restore(found, job.Job.Model, job.Job.Training) : job.Job.CreateState();
            if (_world.Bug == Bug.TornFileTakenAsWhole && search.Skipped.Count > 0 && state.Progress.Step > 0) state.Parameters.Span[0] += 1;
            var usable = ReplicaFiles.Newest(new CheckpointFolder(Directory.FolderOf(description.RunId)), _ => { })
                .Where(file => ReplicaFiles.StepOf(file) <= state.Progress.Step).ToArray();
            Hear(() =>
            {
                if (_loading.Remove(number) && _ledger.Active.Any(run => run.Job.RunId == description.RunId)) Begin(job, state, usable);
            });
        });
    }

    private void Begin(SimulatedJob job, TrainingState state, IReadOnlyList<ReplicaFile> usable)
    {
        if (_isHandingOver) return;
        string runId = job.Description.RunId;
        if (_world.Bug != Bug.OlderCopyTakesOver && !_ledger.MayBegin(runId, state.Progress.Step, usable))
        {
            _world.Log?.Add($"{_world.Timeline.Now} {Life} does not begin {job.Description.Name} at step {state.Progress.Step}");
            Do(_ledger.PutOff(runId));
            return;
        }

        _world.Log?.Add($"{_world.Timeline.Now} {Life} trains {job.Description.Name} from step {state.Progress.Step}");
        _world.Oracle.Begins(this, job, state);
        var vault = new CheckpointVault(
            Directory, job.Description, job.Job, () => Epoch,
            files => _world.Timeline.In(TimeSpan.Zero, Life, () => Hear(() =>
            {
                if (_world.Bug != Bug.RefusedRecordIsForgotten) _unwritten.TryAgain();
                Do(_ledger.CheckpointSaved(runId, files));
            })),
            _ => _world.Fail("a coordinator found a higher epoch in its own directory"), _ => { });
        _active.Add(runId, new RunShell(_world, this, job, state, vault));
        Do(_ledger.RunBegan(runId));
    }
}
