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

    /// <summary>So many processes are remembered for a run: those that have ended since do not come back.</summary>
    private const int MaxShutOut = 100;

    private readonly string _version, _name;
    private readonly bool _replicates;
    private readonly int _maxOpen;
    private readonly SortedDictionary<long, ManagedRun> _runs = [];
    private readonly Dictionary<string, RegisteredNode> _nodes = [];
    private readonly List<ManagerDecision> _decisions = [];

    /// <summary>Why a process was shut out.</summary>
    private readonly Dictionary<string, string> _shutOut = [];
    private readonly ArithmeticStanding _arithmetic;

    /// <param name="epoch">Higher than that of any known coordinator before (fencing).</param>
    /// <param name="version">Of RnnActors, for people.</param>
    /// <param name="replicates">Whether candidates get replicas; not if they share a directory.</param>
    /// <param name="name">The name of the coordinator's node.</param>
    /// <param name="arithmetic">What the coordinator's process computes, which every node must; null where nobody has found out.</param>
    /// <param name="maxOpen">The runs that may train or wait at once.</param>
    public RunLedger(
        long epoch, string version, bool replicates, string name = "", ArithmeticStanding? arithmetic = null, int maxOpen = int.MaxValue)
    {
        (Epoch, _version, _replicates, _name) = (epoch, version, replicates, name);
        (_arithmetic, _maxOpen) = (arithmetic ?? ArithmeticStanding.Unknown, maxOpen);
    }

    public long Epoch { get; private set; }

    /// <summary>The runs that were not deleted.</summary>
    public IEnumerable<ManagedRun> Runs => _runs.Values.Where(run => !run.Record.IsDeleted);

    public IReadOnlyCollection<RegisteredNode> Nodes => _nodes.Values;

    /// <summary>The run that trains or is about to.</summary>
    public ManagedRun? Current { get; private set; }

    public ManagedRun? Find(string runId) => Runs.FirstOrDefault(run => run.Job.RunId == runId);

    /// <summary>A run that was found on the disk when the coordinator started.</summary>
    /// <param name="missing">Its missing files.</param>
    public IReadOnlyList<ManagerDecision> Restored(RunRecord record, IEnumerable<string> missing, IReadOnlyList<ReplicaFile> checkpoints) => Decide(() =>
    {
        // A run whose result was damaged is not complete: it goes on from an older checkpoint, to the same bits.
        if (record is { IsDeleted: false, Ending: { Ending: RunEnding.Complete, Checkpoint: { } result } } && checkpoints.Count > 0
            && checkpoints.All(file => file.Hash != result))
            record = record with { Ending = null };
        var run = new ManagedRun(record, record.IsDeleted ? [] : missing) { Checkpoints = checkpoints };
        // Two coordinators that did not know one another may have numbered two runs alike.
        long number = record.Number;
        while (_runs.ContainsKey(number)) number++;
        run.Record = record with { Number = number };
        _runs.Add(number, run);
        ShutOut(record);
    });

    /// <inheritdoc cref="Started(IEnumerable{string}, IEnumerable{AcknowledgedRun})"/>
    public IReadOnlyList<ManagerDecision> Started() => Started([], []);

    /// <summary>Why a submission is not taken; null where it is.</summary>
    public string? ReasonToRefuse(JobDescription job)
    {
        if (Find(job.RunId) is { } known && !IsToGoOn(known)) return null;
        int open = Runs.Count(run => run.Record.Ending is null);
        return open < _maxOpen
            ? null
            : $"{(open == 1 ? "a run trains or waits" : $"{open} runs train or wait")} already, and no more are taken (MaxRuns, --max-runs). "
                + "Wait for one to end, or cancel one";
    }

    /// <summary>A client submits a run, new or not. One that was stopped or has failed goes on, behind those that wait.</summary>
    public IReadOnlyList<ManagerDecision> Submitted(JobDescription job, IEnumerable<string> missing, Submitter? by = null) => Decide(() =>
    {
        by ??= Submitter.Unknown;
        if (Find(job.RunId) is { } known)
        {
            known.Missing.UnionWith(missing);
            known.IsWanted = true;
            if (!IsToGoOn(known)) return;
            _runs.Remove(known.Record.Number);
            known.Record = new RunRecord(job, NextNumber(), null, by.Owner, by.Priority, by.At, ShutOut: known.Record.ShutOut);
            _runs.Add(known.Record.Number, known);
            Changed(known);
        }
        else
        {
            var run = new ManagedRun(new RunRecord(job, NextNumber(), null, by.Owner, by.Priority, by.At), missing) { IsWanted = true };
            if (_runs.Values.FirstOrDefault(other => other.Job.RunId == job.RunId) is { } deleted)
            {
                _runs.Remove(deleted.Record.Number);
                run.Revision = deleted.Revision;
            }

            _runs.Add(run.Record.Number, run);
            Changed(run);
            Acknowledge(run);
        }

        BeginNext();
    });

    /// <summary>A person changes the priority of a run that waits.</summary>
    /// <returns>Why it is not done; null where it is.</returns>
    public string? ReasonNotToMove(string runId, long number) =>
        ReasonOfMistake(runId, number, out var run) ?? (run.Record.Ending is null ? null : "it is over");

    public IReadOnlyList<ManagerDecision> PrioritySet(string runId, int priority) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run || run.Record.Priority == priority) return;
        run.Record = run.Record with { Priority = priority };
        Changed(run);
    });

    /// <summary>Why a run is not cancelled; null where it is, or is over already.</summary>
    public string? ReasonNotToCancel(string runId, long number) => ReasonOfMistake(runId, number, out _);

    /// <summary>Why a run is not deleted; null where it is.</summary>
    public string? ReasonNotToDelete(string runId, long number) =>
        ReasonOfMistake(runId, number, out var run) ?? (run.Record.Ending is null ? "it trains or waits. Cancel it first" : null);

    /// <summary>A person deletes a run that is over. What stays of it is a record, so that no copy of it comes back.</summary>
    public IReadOnlyList<ManagerDecision> Deleted(string runId) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: not null } run) return;
        run.Record = run.Record with { IsDeleted = true };
        run.Checkpoints = [];
        run.Missing.Clear();
        Changed(run);
        GiveUp(run);
        var kept = Runs.SelectMany(other => FilesOf(other.Job)).ToHashSet();
        _decisions.Add(new RemoveRun(runId, [.. FilesOf(run.Job).Where(file => !kept.Contains(file))]));
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
        foreach (var node in _nodes.Values.Where(node => node is { IsConnected: true, ShutOut: null, Node.Workers: > 0 }))
            _decisions.Add(new AdmitNode(node.Node.NodeId));
    });

    /// <param name="reason">Who stops it, for those who follow it.</param>
    /// <param name="at">When, in milliseconds since 1970, UTC.</param>
    public IReadOnlyList<ManagerDecision> StopRequested(string runId, string? reason = null, long at = 0) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run) return;
        run.StopReason ??= reason;
        if (run.IsTraining)
        {
            run.IsPutOff = false;
            run.StopsWhenBegun = true; // it may be about to begin again without a node that was shut out
            _decisions.Add(new StopCurrent(runId));
        }
        else if (run != Current) End(run, new RunEnded(runId, RunEnding.Stopped, run.StopReason, run.NewestHash, run.BestHash, run.NewestStep, At: at));
        else run.StopsWhenBegun = true;
    });

    /// <summary>A run is over, or could not begin.</summary>
    /// <param name="reached">What it has reached; null where it could not begin.</param>
    /// <param name="at">When, in milliseconds since 1970, UTC.</param>
    public IReadOnlyList<ManagerDecision> Ended(string runId, RunEnding ending, string? message, Reached? reached = null, long at = 0) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run) return;
        bool isPutOff = run.IsPutOff && ending == RunEnding.Stopped;
        (run.IsPutOff, run.IsTraining) = (false, false);
        if (!isPutOff)
        {
            End(run, new RunEnded(
                runId, ending, message ?? (ending == RunEnding.Stopped ? run.StopReason : null), run.NewestHash, run.BestHash, reached?.Step ?? run.NewestStep,
                reached?.LastStep ?? 0, reached?.Parameters, at));
        }
        if (run != Current) return;
        Current = null;
        BeginNext();
        Return();
    });

    /// <summary>A run that has ended was deleted from the disk.</summary>
    public IReadOnlyList<ManagerDecision> Forgotten(string runId) => Decide(() =>
    {
        if (Find(runId) is not { Record: { Ending: not null, Number: var number } } run) return;
        GiveUp(run);
        _runs.Remove(number);
        foreach (var node in _nodes.Values)
        {
            node.Answered.Remove(runId);
            node.Refused.Remove(runId);
        }
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
        string? difference = Versions.Refuse(node, _version) ?? _arithmetic.DifferenceTo(node);
        string? problem = difference
            ?? (node.Workers is < 0 or > NodeDescription.MaxWorkers || node.HighestEpoch is < 0 or > HighestEpoch
                ? $"no node has {node.Workers} workers and has heard of a coordinator of epoch {node.HighestEpoch}"
                : null);
        if (problem is not null)
        {
            if (difference is not null && _refused.Count < MaxRefused) _refused[node.Name] = (node, problem);
            _decisions.Add(new RefuseNode(node.NodeId, problem));
            _joining.Remove(node.Name);
            if (_awaited.Remove(node.Name)) BeginNext();
            return;
        }

        _refused.Remove(node.Name);

        if (node.HighestEpoch > Epoch)
        {
            // One that leaves begins no new epoch for it, which would cost it the others.
            if (_isLeaving)
            {
                _joining.Remove(node.Name);
                return;
            }

            Epoch = node.HighestEpoch + 1;
            foreach (string other in _nodes.Keys.ToArray()) Drop(other, "the coordinator goes on under a higher epoch");
            _decisions.Add(new RaiseEpoch(Epoch));
        }

        if (_nodes.ContainsKey(node.NodeId)) Drop(node.NodeId, "it has registered anew");
        var registered = new RegisteredNode(node, isHere) { ShutOut = _shutOut.GetValueOrDefault(ProcessOf(node)) };
        _nodes.Add(node.NodeId, registered);
        _decisions.Add(new AcceptNode(node));
        if (_awaited.Remove(node.Name)) BeginNext();
        if (registered.ShutOut is { } shutOut) _decisions.Add(new TellShutOut(node.NodeId, shutOut));
    });

    /// <summary>The node's channel is open, or it is this process.</summary>
    public IReadOnlyList<ManagerDecision> NodeConnected(string nodeId) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node)) return;
        node.IsConnected = true;
        _joining.Remove(node.Node.Name);
        if (!_isLeaving && Current is { IsTraining: true } && node is { ShutOut: null, Node.Workers: > 0 }) _decisions.Add(new AdmitNode(nodeId));
        Return();
        Offer();
    });

    /// <summary>
    /// A node computes wrongly: as long as its process lives it takes part in nothing, and is told so. A person who starts it anew lets it in again.
    /// </summary>
    public IReadOnlyList<ManagerDecision> NodeShutOut(string name, string reason) => Decide(() =>
    {
        foreach (var node in _nodes.Values.Where(node => node.Node.Name == name))
        {
            string process = ProcessOf(node.Node);
            node.ShutOut = _shutOut[process] = reason;
            _decisions.Add(new TellShutOut(node.Node.NodeId, reason));
            if (Current is not { } run) continue;
            ShutOutProcess[] before = [.. (run.Record.ShutOut ?? []).Where(other => other.Process != process).TakeLast(MaxShutOut - 1)];
            run.Record = run.Record with { ShutOut = [.. before, new(process, reason)] };
            Changed(run);
        }
    });

    /// <summary>The processes that a run's earlier coordinator has shut out.</summary>
    private void ShutOut(RunRecord record)
    {
        foreach (var one in record.ShutOut ?? []) _shutOut.TryAdd(one.Process, one.Reason);
        foreach (var node in _nodes.Values.Where(node => node.ShutOut is null && _shutOut.ContainsKey(ProcessOf(node.Node))))
        {
            node.ShutOut = _shutOut[ProcessOf(node.Node)];
            _decisions.Add(new TellShutOut(node.Node.NodeId, node.ShutOut));
        }
    }

    /// <summary>The run that trains has ended because a node was shut out, and begins again without it, where it was.</summary>
    public IReadOnlyList<ManagerDecision> BeginAgain(string runId) => Decide(() =>
    {
        if (Current?.Job.RunId != runId) return;
        Current.IsTraining = false;
        _decisions.Add(new BeginRun(Current.Job));
    });

    public IReadOnlyList<ManagerDecision> NodeLost(string nodeId) => Decide(() =>
    {
        if (!_nodes.Remove(nodeId)) return;
        if (_returning?.NodeId == nodeId) _returning = null;
        foreach (var run in Runs) Acknowledge(run);
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

    /// <summary>The runs that are not over, in the order in which they train.</summary>
    public IEnumerable<ManagedRun> Queue => Runs.Where(run => run.Record.Ending is null).OrderByDescending(run => run.Record.Priority);

    private static bool IsToGoOn(ManagedRun run) => run.Record.Ending is { Ending: RunEnding.Stopped or RunEnding.Failed };

    private static IEnumerable<string> FilesOf(JobDescription job) => ((string?[])[job.Train, job.Validation, job.Start]).OfType<string>();

    private long NextNumber() => _runs.Count == 0 ? 1 : _runs.Keys.Last() + 1;

    private string? ReasonOfMistake(string runId, long number, out ManagedRun run)
    {
        run = Find(runId)!;
        return run is null ? "the cluster has no such run" : run.Record.Number == number ? null : "it was submitted anew meanwhile. Look at it again";
    }

    private List<ManagerDecision> Decide(Action react)
    {
        _decisions.Clear();
        react();
        return _decisions;
    }

    /// <summary>The same for all lives of a node in one process.</summary>
    private static string ProcessOf(NodeDescription node) => node.ProcessId ?? node.NodeId;

    private void Drop(string nodeId, string reason)
    {
        _nodes.Remove(nodeId);
        if (_returning?.NodeId == nodeId) _returning = null;
        _decisions.Add(new DropNode(nodeId, reason));
    }

    private void BeginNext()
    {
        if (Current is not null || _isLeaving || _awaited.Count > 0) return;
        Current = Queue.FirstOrDefault(run => run.Missing.Count == 0 && AheadOf(run.Job.RunId) is null);
        if (Current is null) return;
        Current.IsTraining = Current.StopsWhenBegun = Current.IsPutOff = false;
        _decisions.Add(new BeginRun(Current.Job));
    }

    private void End(ManagedRun run, RunEnded ended)
    {
        run.Record = run.Record with { Ending = ended };
        run.IsTraining = false;
        run.StopReason = null;
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
