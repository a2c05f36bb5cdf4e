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
                reached?.LastStep ?? 0, reached?.Parameters, at, reached?.Unaudited ?? 0));
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

    /// <summary>The run that trains has ended because a node was shut out, and begins again without it, where it was.</summary>
    public IReadOnlyList<ManagerDecision> BeginAgain(string runId) => Decide(() =>
    {
        if (Current?.Job.RunId != runId) return;
        Current.IsTraining = false;
        _decisions.Add(new BeginRun(Current.Job));
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
}
