using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>
/// The state of a cluster's coordinator and its decisions, as a pure state machine: which runs there are and which one trains, which nodes are registered,
/// under which epoch, and which candidate holds which replica. It knows no actor, disk or clock.
/// </summary>
public sealed partial class RunLedger
{
    /// <summary>The maximum epoch. A higher one is an error, and would spoil the valid ones.</summary>
    private const long HighestEpoch = 1L << 40;

    private readonly string _version, _name;
    private readonly bool _replicates;
    private readonly SortedDictionary<long, ManagedRun> _runs = [];
    private readonly Dictionary<string, RegisteredNode> _nodes = [];
    private readonly List<ManagerDecision> _decisions = [];

    /// <param name="epoch">Higher than that of any known coordinator before (fencing).</param>
    /// <param name="version">Of RnnActors, for people.</param>
    /// <param name="replicates">Whether candidates get replicas; not if they share a directory.</param>
    /// <param name="name">The name of the coordinator's node.</param>
    public RunLedger(long epoch, string version, bool replicates, string name = "")
    {
        (Epoch, _version, _replicates, _name) = (epoch, version, replicates, name);
    }

    public long Epoch { get; private set; }

    public IReadOnlyCollection<ManagedRun> Runs => _runs.Values;

    public IReadOnlyCollection<RegisteredNode> Nodes => _nodes.Values;

    /// <summary>The run that trains or is about to.</summary>
    public ManagedRun? Current { get; private set; }

    public ManagedRun? Find(string runId) => _runs.Values.FirstOrDefault(run => run.Job.RunId == runId);

    /// <summary>A run that was found on the disk when the coordinator started.</summary>
    /// <param name="missing">Its missing files.</param>
    public IReadOnlyList<ManagerDecision> Restored(RunRecord record, IEnumerable<string> missing, IReadOnlyList<ReplicaFile> checkpoints) => Decide(() =>
    {
        // A run whose result was damaged is not complete: it goes on from an older checkpoint, to the same bits.
        if (record.Ending is { Ending: RunEnding.Complete, Checkpoint: { } result } && checkpoints.Count > 0 && checkpoints.All(file => file.Hash != result))
            record = record with { Ending = null };
        var run = new ManagedRun(record, missing) { Checkpoints = checkpoints };
        // Two coordinators that did not know one another may have numbered two runs alike.
        long number = record.Number;
        while (_runs.ContainsKey(number)) number++;
        run.Record = record with { Number = number };
        _runs.Add(number, run);
    });

    /// <inheritdoc cref="Started(IEnumerable{string}, IEnumerable{AcknowledgedRun})"/>
    public IReadOnlyList<ManagerDecision> Started() => Started([], []);

    /// <summary>A client submits a run, new or not.</summary>
    public IReadOnlyList<ManagerDecision> Submitted(JobDescription job, IEnumerable<string> missing) => Decide(() =>
    {
        if (Find(job.RunId) is { } known)
        {
            known.Missing.UnionWith(missing);
            known.IsWanted = true;
            if (known.Record.Ending is not { Ending: RunEnding.Stopped or RunEnding.Failed }) return;
            known.Record = known.Record with { Ending = null };
            Changed(known);
        }
        else
        {
            var run = new ManagedRun(new RunRecord(job, NextNumber, null), missing) { IsWanted = true };
            _runs.Add(run.Record.Number, run);
            Changed(run);
            Acknowledge(run);
        }

        BeginNext();
    });

    /// <summary>A missing file was stored.</summary>
    public IReadOnlyList<ManagerDecision> FileStored(string hash) => Decide(() =>
    {
        foreach (var run in _runs.Values)
            if (run.Missing.Remove(hash) && run.Missing.Count == 0) run.Revision++;
        BeginNext();
        Offer();
    });

    /// <summary>The run's data are loaded and its coordinator has started.</summary>
    public IReadOnlyList<ManagerDecision> RunBegan(string runId) => Decide(() =>
    {
        if (Current?.Job.RunId != runId) return;
        Current.IsTraining = true;
        if (Current.StopsWhenBegun) _decisions.Add(new StopCurrent(runId));
        Return();
        foreach (var node in _nodes.Values.Where(node => node is { IsConnected: true, Node.Workers: > 0 })) _decisions.Add(new AdmitNode(node.Node.NodeId));
    });

    public IReadOnlyList<ManagerDecision> StopRequested(string runId) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run) return;
        if (run.IsTraining)
        {
            run.IsPutOff = false;
            _decisions.Add(new StopCurrent(runId));
        }
        else if (run != Current) End(run, new RunEnded(runId, RunEnding.Stopped, null, run.NewestHash, run.BestHash));
        else run.StopsWhenBegun = true;
    });

    /// <summary>A run is over, or could not begin.</summary>
    public IReadOnlyList<ManagerDecision> Ended(string runId, RunEnding ending, string? message) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run) return;
        bool isPutOff = run.IsPutOff && ending == RunEnding.Stopped;
        (run.IsPutOff, run.IsTraining) = (false, false);
        if (!isPutOff) End(run, new RunEnded(runId, ending, message, run.NewestHash, run.BestHash));
        if (run != Current) return;
        Current = null;
        BeginNext();
        Return();
    });

    /// <summary>Checkpoints of a run are on the disk.</summary>
    /// <param name="checkpoints">The newest one, and the best.</param>
    public IReadOnlyList<ManagerDecision> CheckpointSaved(string runId, IReadOnlyList<ReplicaFile> checkpoints) => Decide(() =>
    {
        if (Find(runId) is not { } run) return;
        run.Checkpoints = checkpoints;
        run.Revision++;
        Offer();
        Acknowledge(run);
    });

    public IReadOnlyList<ManagerDecision> NodeRegistered(NodeDescription node, bool isHere) => Decide(() =>
    {
        string? problem = Versions.Refuse(node, _version)
            ?? (node.Workers is < 0 or > NodeDescription.MaxWorkers || node.HighestEpoch is < 0 or > HighestEpoch
                ? $"no node has {node.Workers} workers and has heard of a coordinator of epoch {node.HighestEpoch}"
                : null);
        if (problem is not null)
        {
            if (Versions.Refuse(node, _version) is not null && _refused.Count < MaxRefused) _refused[node.Name] = (node, problem);
            _decisions.Add(new RefuseNode(node.NodeId, problem));
            if (_awaited.Remove(node.Name)) BeginNext();
            return;
        }

        _refused.Remove(node.Name);

        if (node.HighestEpoch > Epoch)
        {
            Epoch = node.HighestEpoch + 1;
            foreach (string other in _nodes.Keys.ToArray()) Drop(other, "the coordinator goes on under a higher epoch");
            _decisions.Add(new RaiseEpoch(Epoch));
        }

        if (_nodes.ContainsKey(node.NodeId)) Drop(node.NodeId, "it has registered anew");
        _nodes.Add(node.NodeId, new RegisteredNode(node, isHere));
        _decisions.Add(new AcceptNode(node));
        if (_awaited.Remove(node.Name)) BeginNext();
    });

    /// <summary>The node's channel is open, or it is this process.</summary>
    public IReadOnlyList<ManagerDecision> NodeConnected(string nodeId) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node)) return;
        node.IsConnected = true;
        if (Current is { IsTraining: true } && node.Node.Workers > 0) _decisions.Add(new AdmitNode(nodeId));
        Return();
        Offer();
    });

    public IReadOnlyList<ManagerDecision> NodeLost(string nodeId) => Decide(() =>
    {
        if (!_nodes.Remove(nodeId)) return;
        if (_returning?.NodeId == nodeId) _returning = null;
        foreach (var run in _runs.Values) Acknowledge(run);
        Return();
    });

    /// <summary>A node says why it cannot take part, or what it waits for.</summary>
    /// <param name="problem">Null for nothing.</param>
    /// <returns>Whether it is news.</returns>
    public bool Says(string nodeId, string? problem)
    {
        if (!_nodes.TryGetValue(nodeId, out var node) || node.Problem == problem) return false;
        node.Problem = problem;
        return problem is not null && !node.IsHere; // this process says itself what it waits for
    }

    /// <summary>A candidate answered an offer: it stored the replica, or could not. Either way it is offered the next one.</summary>
    /// <param name="problem">Why it could not; null if it did.</param>
    public IReadOnlyList<ManagerDecision> ReplicaAnswered(string nodeId, string runId, long revision, string? problem) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node) || node.Offered != (runId, revision)) return;
        node.Offered = null;
        node.Answered[runId] = revision;
        if (problem is null)
        {
            node.Refused.Remove(runId);
            node.Steps[runId] = node.OfferedStep;
        }
        else
        {
            Postpone(node, runId, problem);
        }

        if (Find(runId) is { } run) Acknowledge(run);
        Offer();
    });

    /// <summary>The backoff of an <see cref="OfferAgain"/> is over.</summary>
    public IReadOnlyList<ManagerDecision> OfferDue(string nodeId, string runId) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node) || !node.Refused.TryGetValue(runId, out var copy)) return;
        copy.EndWaiting();
        node.Answered.Remove(runId);
        Offer();
    });

    /// <summary>Whether every connected candidate has answered for the newest state.</summary>
    public bool IsReplicated => Candidates().All(node => node.Offered is null);

    private List<ManagerDecision> Decide(Action react)
    {
        _decisions.Clear();
        react();
        return _decisions;
    }

    private void Drop(string nodeId, string reason)
    {
        _nodes.Remove(nodeId);
        if (_returning?.NodeId == nodeId) _returning = null;
        _decisions.Add(new DropNode(nodeId, reason));
    }

    private long NextNumber => _runs.Count == 0 ? 1 : _runs.Keys.Last() + 1;

    private void BeginNext()
    {
        if (Current is not null || _awaited.Count > 0) return;
        Current = _runs.Values.FirstOrDefault(run => run.Record.Ending is null && run.Missing.Count == 0 && AheadOf(run.Job.RunId) is null);
        if (Current is null) return;
        Current.IsTraining = Current.StopsWhenBegun = Current.IsPutOff = false;
        _decisions.Add(new BeginRun(Current.Job));
    }

    private void End(ManagedRun run, RunEnded ended)
    {
        run.Record = run.Record with { Ending = ended };
        run.IsTraining = false;
        Changed(run);
        _decisions.Add(new TellEnded(ended));
    }

    private void Changed(ManagedRun run)
    {
        run.Revision++;
        _decisions.Add(new StoreRun(run.Record));
        Offer();
    }

    /// <summary>Starts a backoff; a failure during one does not lengthen it.</summary>
    private void Postpone(RegisteredNode node, string runId, string problem)
    {
        if (!node.Refused.TryGetValue(runId, out var copy)) node.Refused.Add(runId, copy = new RefusedCopy());
        if (!copy.IsWaiting) _decisions.Add(new OfferAgain(node.Node.NodeId, runId, problem, copy.Wait()));
    }

    private IEnumerable<RegisteredNode> Candidates() =>
        _replicates ? _nodes.Values.Where(node => node is { IsConnected: true, IsHere: false, Node.IsCandidate: true }) : [];

    /// <summary>Offers each candidate one replica at a time, always of the newest state, so that nothing piles up (backpressure).</summary>
    private void Offer()
    {
        foreach (var node in Candidates())
        {
            if (node.Offered is not null) continue;
            var next = _runs.Values
                .Where(run => run.Missing.Count == 0 && node.Answered.GetValueOrDefault(run.Job.RunId, -1) < run.Revision)
                .OrderByDescending(run => run == Current)
                .FirstOrDefault();
            if (next is null) continue;
            node.Offered = (next.Job.RunId, next.Revision);
            node.OfferedStep = StepOf(next);
            _decisions.Add(new Replicate(node.Node.NodeId, next.Record, next.Revision));
        }
    }
}
