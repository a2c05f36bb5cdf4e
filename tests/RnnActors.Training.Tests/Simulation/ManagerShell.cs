using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Runs;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>A cluster's coordinator: it does what <see cref="RunLedger"/> decides, as
/// <c>RunManager</c> does, with the product's directory, vault and offers.</summary>
internal sealed partial class ManagerShell
{
    public const string NotSaved = "the last checkpoint could not be written";

    private static readonly TimeSpan Repeated = TimeSpan.FromSeconds(2);

    private readonly World _world;
    private readonly RunLedger _ledger;
    private readonly OfferedFiles _offered;
    private readonly RunFiles _files;
    private readonly Dictionary<string, RemoteShell> _remotes = [];
    private readonly Dictionary<string, (NodeShell Node, TimeSpan Since)> _peers = [];
    private readonly Queue<Action> _mail = new();
    private NodeShell? _sender;
    private Action? _handedOver;
    private int _begun;
    private bool _isReady, _isReading, _isHandingOver, _hasStopped;

    public ManagerShell(World world, Life life, NodeDirectory directory)
    {
        (_world, Life, Directory) = (world, life, directory);
        Epoch = directory.ReadEpoch() + 1;
        if (world.Bug == Bug.EpochIsNoFence) Epoch = 1;
        _ledger = new RunLedger(Epoch, life.Machine.Version, replicates: true, life.Machine.Name);
        _returned = new ReplicaKeeper(directory);
        _offered = new OfferedFiles(directory.OfferedFolder, _ => { });
        _files = new RunFiles(directory.Files, SimulatedJob.Datasets);
        WriteEpoch();
        _offered.Clear();
        world.Log?.Add($"{world.Timeline.Now} {life} is the coordinator, epoch {Epoch}");
        world.InBackground(life, () =>
        {
            if (HasEnded) return;
            foreach (var run in directory.ReadRuns())
                Post(() => Do(_ledger.Restored(run, _files.Missing(run.Job).Select(file => file.ToString()), NewestOf(run.Job.RunId))));
            _isReady = true;
            world.Oracle.Leads(this);
            Post(Await);
            TellAcknowledged();
        });
    }

    public Life Life { get; }

    public NodeDirectory Directory { get; }

    public long Epoch { get; private set; }

    public RunShell? Active { get; private set; }

    public bool HasEnded => _hasStopped || Life.IsOver;

    public IEnumerable<RemoteShell> Remotes => _remotes.Values;

    public void Register(NodeShell node, RegisterNode register) => Hear(() =>
    {
        var description = register.Node;
        if ((_isHandingOver && !description.IsCandidate) || IsRepeated(node)) return;
        _peers[description.NodeId] = (node, _world.Timeline.Now);
        _sender = node;
        Do(_ledger.NodeRegistered(description, isHere: node.Life == Life));
        EndHandingOverWhenReplicated();
        if (_world.Bug == Bug.OlderCopyTakesOver) return;
        Do(_ledger.Heard(register.Acknowledged));
        Do(_ledger.Holds(description.NodeId, register.Held));
    });

    public void Present(NodeShell node, long epoch, string? run) => Hear(() =>
    {
        if (epoch != Epoch || !_ledger.Nodes.Any(known => known.IsConnected && known.Node.NodeId == node.Life.Id))
            Tell(node, () => node.RegisterAgain(Epoch));
        else _remotes.GetValueOrDefault(node.Life.Id)?.Present(run);
    });

    public void Connected(RemoteShell remote) => Hear(() =>
    {
        Do(_ledger.NodeConnected(remote.Node.NodeId));
        EndHandingOverWhenReplicated();
    });

    public void Gone(RemoteShell remote) => Hear(() =>
    {
        if (_remotes.GetValueOrDefault(remote.Node.NodeId) != remote) return;
        _remotes.Remove(remote.Node.NodeId);
        _offered.Release(remote.Node.NodeId);
        Do(_ledger.NodeLost(remote.Node.NodeId));
        EndHandingOverWhenReplicated();
    });

    public void ReplicaAnswered(RemoteShell remote, ReplicaStored answer) => Hear(() =>
    {
        _offered.Release(remote.Node.NodeId);
        Do(_ledger.ReplicaAnswered(remote.Node.NodeId, answer.RunId, answer.Revision, answer.Problem));
        EndHandingOverWhenReplicated();
    });

    /// <summary>A member is silent, is heard again, or was removed.</summary>
    public void Member(Life member, string? silent, bool isRemoved)
    {
        foreach (var remote in _remotes.Values.Where(remote => remote.PeerLife == member).ToArray())
        {
            if (isRemoved) remote.Fall("the cluster goes on without it");
            else remote.Suspect(silent);
        }

        if (isRemoved || silent is not null) Hear(() =>
        {
            Do(_ledger.MemberLost(member.Machine.Name));
            EndHandingOverWhenReplicated();
        });
    }

    public void Ended(RunShell run, TrainingOutcome? outcome, string? failure) => Hear(() =>
    {
        if (Active != run) return;
        Active = null;
        _begun++;
        foreach (var remote in _remotes.Values.ToArray()) remote.LeaveRun();
        run.End();
        foreach (var node in outcome?.ShutOut ?? [])
        {
            _world.Oracle.ShutOut(this, run, node);
            if (_world.Bug != Bug.LiarIsLetInAgain) Do(_ledger.NodeShutOut(node.Name!, node.Reason));
        }

        if (!_isHandingOver && outcome?.ShutOut is not null)
        {
            Do(_ledger.BeginAgain(run.Job.Description.RunId));
            return;
        }

        if (_isHandingOver && outcome is not { IsComplete: true })
        {
            Leave();
            EndHandingOverWhenReplicated();
            return;
        }

        var (ending, message) = outcome switch
        {
            { } saved when saved.State.Progress.Step > run.SavedStep => (RunEnding.Failed, NotSaved),
            { IsComplete: true } => (RunEnding.Complete, null),
            not null => (RunEnding.Stopped, null),
            _ => (RunEnding.Failed, failure),
        };
        _world.Log?.Add($"{_world.Timeline.Now} {Life} ends {run.Job.Description.Name}: {ending} {message}");
        if (ending == RunEnding.Complete) _world.Oracle.Complete(this, run.Job, outcome!.State);
        Do(_ledger.Ended(run.Job.Description.RunId, ending, message));
        if (_isHandingOver) Leave();
        EndHandingOverWhenReplicated();
    });

    /// <summary>The coordinator will move.</summary>
    public void PrepareHandOver(Action handedOver) => Post(() =>
    {
        _handedOver = handedOver;
        if (!_isReady)
        {
            Done();
            return;
        }

        if (!_isHandingOver && Active is { } active) active.Stop();
        _isHandingOver = true;
        _ledger.BeginLeaving();
        if (Active is null) Leave();
        EndHandingOverWhenReplicated();
    });

    public void Stop() => _hasStopped = true;

    public string? PathOf(ContentHash file)
    {
        if (_offered.PathOf(file) is { } offered) return offered;
        if (Directory.Files.Holds(file)) return Directory.Files.PathOf(file);
        string name = file.ToString();
        foreach (var run in _ledger.Runs)
            foreach (var checkpoint in run.Checkpoints)
                if (checkpoint.Hash == name) return Path.Combine(Directory.FolderOf(run.Job.RunId), checkpoint.Name);
        return null;
    }

    /// <summary>Where the checkpoints of a run are for a follower: in its folder, or in copies.</summary>
    public Func<ContentHash, string?> CheckpointOf(string runId) => file =>
    {
        if (_ledger.Find(runId)?.Checkpoints.FirstOrDefault(checkpoint => checkpoint.Hash == file.ToString()) is not { } found) return null;
        string path = Path.Combine(Directory.FolderOf(runId), found.Name);
        return File.Exists(path) ? path : PathOf(file);
    };

    private void EndHandingOverWhenReplicated()
    {
        if (_isHandingOver && Active is null && _ledger.IsReplicated) Done();
    }

    private void Done()
    {
        var done = _handedOver;
        _handedOver = null;
        if (done is not null) _world.Timeline.In(TimeSpan.FromMilliseconds(1), Life, done);
    }

    private IReadOnlyList<ReplicaFile> NewestOf(string runId) => ReplicaFiles.Newest(new CheckpointFolder(Directory.FolderOf(runId)), _ => { });

    private bool IsRepeated(NodeShell node) =>
        _peers.TryGetValue(node.Life.Id, out var known) && known.Node == node && _world.Timeline.Now - known.Since < Repeated
        && _ledger.Nodes.Any(registered => registered.Node.NodeId == node.Life.Id);

    private void Tell(NodeShell node, Action arrive) => _world.Network.Send(Life, node.Life, arrive);

    private void Hear(Action action)
    {
        if (_isReady) Post(action);
    }

    private void Post(Action action)
    {
        if (HasEnded) return;
        _mail.Enqueue(action);
        if (_isReading) return;
        _isReading = true;
        while (!HasEnded && _mail.TryDequeue(out var next)) next();
        _isReading = false;
    }

    private void WriteEpoch() => _world.Try(Life.Machine, () => Directory.WriteEpoch(Epoch));

    private void Do(IReadOnlyList<ManagerDecision> decisions)
    {
        foreach (var decision in decisions.ToArray()) Do(decision);
    }

    private void Do(ManagerDecision decision)
    {
        switch (decision)
        {
            case StoreRun store:
                if (_world.Bug != Bug.EndIsNotStored || store.Run.Ending is null) _world.Try(Life.Machine, () => Directory.WriteRun(store.Run));
                break;
            case BeginRun begin: Load(begin.Job); break;
            case StopCurrent: Active?.Stop(); break;
            case TellEnded ended: TellEnd(ended.Ended); break;
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
                if (_peers.TryGetValue(shutOut.NodeId, out var wrong)) Tell(wrong.Node, () => wrong.Node.Refused(Epoch, _ledger.Acknowledged));
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
            case AdmitNode admit: Admit(admit.NodeId); break;
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

    private void Admit(string nodeId)
    {
        if (Active is not { } active) return;
        if (_remotes.TryGetValue(nodeId, out var remote)) remote.TakePart(active);
        else active.Welcome(null, new WorkerShell(_world, Life, active.Job, new(Life.Machine.Workers)), Life.Machine.Workers, Life.Machine.Name);
    }

    private void Load(JobDescription description)
    {
        int number = ++_begun;
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
                if (number == _begun) Begin(job, state, usable);
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
            files => _world.Timeline.In(TimeSpan.Zero, Life, () => Hear(() => Do(_ledger.CheckpointSaved(runId, files)))),
            _ => _world.Fail("a coordinator found a higher epoch in its own directory"), _ => { });
        Active = new RunShell(_world, this, job, state, vault);
        Do(_ledger.RunBegan(runId));
    }
}
