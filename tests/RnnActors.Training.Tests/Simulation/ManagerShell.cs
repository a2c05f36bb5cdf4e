using RnnActors.Core.Checkpoints;
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
    private readonly UnwrittenRecords _unwritten;
    private readonly Dictionary<string, RemoteShell> _remotes = [];
    private readonly Dictionary<string, (NodeShell Node, TimeSpan Since)> _peers = [];
    private readonly Dictionary<string, RunShell> _active = [];
    private readonly Dictionary<int, string> _loading = [];
    private readonly Queue<Action> _mail = new();
    private NodeShell? _sender;
    private Action? _handedOver;
    private IReadOnlyList<Life> _successors = [];
    private int _begun;
    private bool _isReady, _isReading, _isHandingOver, _hasStopped;

    public ManagerShell(World world, Life life, NodeDirectory directory)
    {
        (_world, Life, Directory) = (world, life, directory);
        _unwritten = new UnwrittenRecords(directory, _ => { }, life.Machine.CheckRoom);
        Epoch = directory.ReadEpoch() + 1;
        if (world.Bug == Bug.EpochIsNoFence) Epoch = 1;
        _ledger = new RunLedger(Epoch, life.Machine.Version, replicates: true, life.Machine.Name, places: world.Scenario.Places);
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
            WriteAgain();
            world.Oracle.Leads(this);
            Post(Await);
            TellAcknowledged();
        });
    }

    public Life Life { get; }

    public NodeDirectory Directory { get; }

    public long Epoch { get; private set; }

    public bool HasEnded => _hasStopped || Life.IsOver;

    /// <summary>Who may take over of those that were there when it had handed over. Who joins afterwards has not heard it.</summary>
    public IEnumerable<Life> Successors => _successors.Where(Hears);

    private IEnumerable<Life> OtherCandidates => (Life.Cluster?.Members ?? []).Where(member => member != Life && member.Machine.IsCandidate);

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

    public bool Trains(RunShell run) => _active.GetValueOrDefault(run.Job.Description.RunId) == run;

    public void Present(NodeShell node, long epoch, string[] runs) => Hear(() =>
    {
        if (epoch != Epoch || !_ledger.Nodes.Any(known => known.IsConnected && known.Node.NodeId == node.Life.Id))
            Tell(node, () => node.RegisterAgain(Epoch));
        else _remotes.GetValueOrDefault(node.Life.Id)?.Present(runs);
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

    public void Ended(RunShell run, TrainingOutcome? outcome, string? failure, bool isOutOfMemory) => Hear(() =>
    {
        if (!Trains(run)) return;
        string runId = run.Job.Description.RunId;
        _active.Remove(runId);
        foreach (var remote in _remotes.Values.ToArray()) remote.LeaveRun(runId);
        run.End();
        foreach (var node in outcome?.ShutOut ?? [])
        {
            _world.Oracle.ShutOut(this, run, node);
            string process = _world.Bug == Bug.VerdictIsOfAName
                ? _ledger.Nodes.FirstOrDefault(present => present.Node.Name == node.Name)?.Node.ProcessId ?? node.Process!
                : node.Process!;
            if (_world.Bug != Bug.LiarIsLetInAgain) Do(_ledger.NodeShutOut(process, node.Reason));
        }

        if (!_isHandingOver && outcome?.ShutOut is not null)
        {
            Do(_ledger.BeginAgain(runId));
            return;
        }

        if (_isHandingOver && outcome is not { IsComplete: true })
        {
            if (_active.Count == 0) Leave();
            EndHandingOverWhenReplicated();
            return;
        }

        bool goesBack = outcome is { IsComplete: false } && _ledger.Find(runId) is { GoesBack: true };
        if (goesBack) _world.Oracle.GoesBack(this, run);
        var (ending, message) = outcome switch
        {
            { } saved when saved.State.Progress.Step > run.SavedStep && !goesBack => (RunEnding.Failed, NotSaved),
            { IsComplete: true } => (RunEnding.Complete, null),
            not null => (RunEnding.Stopped, null),
            _ => (RunEnding.Failed, failure),
        };
        _world.Log?.Add($"{_world.Timeline.Now} {Life} ends {run.Job.Description.Name}: {ending} {message}");
        if (ending == RunEnding.Complete) _world.Oracle.Complete(this, run.Job, outcome!.State);
        Do(_ledger.Ended(runId, ending, message, isOutOfMemory: isOutOfMemory));
        if (_isHandingOver && _active.Count == 0) Leave();
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

        foreach (var active in _isHandingOver ? [] : _active.Values.ToArray()) active.Stop();
        _isHandingOver = true;
        _ledger.BeginLeaving();
        if (_active.Count == 0) Leave();
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
        if (_isHandingOver && _active.Count == 0 && _ledger.IsReplicated) Done();
    }

    private void Done()
    {
        var done = _handedOver;
        if (done is null) return;
        _handedOver = null;
        _successors = [.. OtherCandidates];
        _world.Timeline.In(TimeSpan.FromMilliseconds(1), Life, done);
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

    private bool Hears(Life member) => member.IsHeardAt(_world.Timeline.Now) && !_world.Network.IsCut(member, Life);

    private void WriteAgain()
    {
        if (HasEnded) return;
        if (_world.Bug != Bug.RefusedRecordIsForgotten) _unwritten.TryAgain();
        _world.Timeline.In(Repeated, Life, WriteAgain);
    }

    private void WriteEpoch() => _unwritten.WriteEpoch(Epoch);
}
