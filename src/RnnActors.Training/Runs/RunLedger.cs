using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>
/// The state of a cluster's coordinator and its decisions, as a pure state machine. It knows the runs and which of them train, the registered nodes, the epoch,
/// and which candidate has which replica. It knows no actor, disk or clock.
/// </summary>
public sealed partial class RunLedger
{
    /// <summary>The maximum epoch. A higher one is an error, and would leave no room for valid ones.</summary>
    private const long HighestEpoch = 1L << 40;

    /// <summary>The maximum number of excluded processes that are remembered for a run. The oldest have most likely ended.</summary>
    private const int MaxShutOut = 100;

    private readonly string _version, _name;
    private readonly bool _replicates, _preempts;
    private readonly int _maxOpen;
    private readonly SortedDictionary<long, ManagedRun> _runs = [];
    private readonly Dictionary<string, RegisteredNode> _nodes = [];
    private readonly List<ManagerDecision> _decisions = [];

    /// <summary>Why each process was excluded.</summary>
    private readonly Dictionary<string, string> _shutOut = [];
    private readonly ArithmeticStanding _arithmetic;

    /// <param name="epoch">Higher than that of any earlier known coordinator (fencing).</param>
    /// <param name="version">The version of RnnActors, for people.</param>
    /// <param name="replicates">Whether candidates get replicas; not if they share a directory.</param>
    /// <param name="name">The name of the coordinator's node.</param>
    /// <param name="arithmetic">The arithmetic of the coordinator's process, which every node must match; null if it was not measured.</param>
    /// <param name="maxOpen">The maximum number of runs that train or wait.</param>
    /// <param name="preempts">Whether a run of higher priority interrupts one that trains.</param>
    /// <param name="places">The number of runs that train at once; at least 1.</param>
    public RunLedger(
        long epoch, string version, bool replicates, string name = "", ArithmeticStanding? arithmetic = null, int maxOpen = int.MaxValue,
        bool preempts = true, int places = 1)
    {
        (Epoch, _version, _replicates, _name) = (epoch, version, replicates, name);
        (_arithmetic, _maxOpen, _preempts, _places) = (arithmetic ?? ArithmeticStanding.Unknown, maxOpen, preempts, places);
    }

    public long Epoch { get; private set; }

    /// <summary>The runs that were not deleted.</summary>
    public IEnumerable<ManagedRun> Runs => _runs.Values.Where(run => !run.Record.IsDeleted);

    public IReadOnlyCollection<RegisteredNode> Nodes => _nodes.Values;

    public ManagedRun? Find(string runId) => Runs.FirstOrDefault(run => run.Job.RunId == runId);

    /// <summary>A run that was found on the disk when the coordinator started.</summary>
    /// <param name="missing">Its missing files.</param>
    public IReadOnlyList<ManagerDecision> Restored(RunRecord record, IEnumerable<string> missing, IReadOnlyList<ReplicaFile> checkpoints) => Decide(() =>
    {
        // A complete run whose result is damaged goes on from an older checkpoint, to the same bits.
        if (record is { IsDeleted: false, Ending: { Ending: RunEnding.Complete, Checkpoint: { } result } } && checkpoints.Count > 0
            && checkpoints.All(file => file.Hash != result))
            record = record with { Ending = null };
        var run = new ManagedRun(record, record.IsDeleted ? [] : missing) { Checkpoints = checkpoints };
        // Two coordinators that did not know each other may have given two runs the same number.
        long number = record.Number;
        while (_runs.ContainsKey(number)) number++;
        run.Record = record with { Number = number };
        _runs.Add(number, run);
        ShutOut(record);
    });

    /// <inheritdoc cref="Started(IEnumerable{string}, IEnumerable{AcknowledgedRun})"/>
    public IReadOnlyList<ManagerDecision> Started() => Started([], []);

    /// <summary>Why a submission is refused; null if it is not.</summary>
    public string? ReasonToRefuse(JobDescription job)
    {
        if (Find(job.RunId) is { } known && !IsToGoOn(known)) return null;
        int open = Runs.Count(run => run.Record.Ending is null);
        return open < _maxOpen
            ? null
            : $"{(open == 1 ? "a run trains or waits" : $"{open} runs train or wait")} already, and no more are taken (MaxRuns, --max-runs). "
                + "Wait for one to end, or cancel one";
    }

    /// <summary>A client submits a run, new or not. A stopped or failed run goes on, behind those that wait.</summary>
    public IReadOnlyList<ManagerDecision> Submitted(JobDescription job, IEnumerable<string> missing, Submitter? by = null) => Decide(() =>
    {
        by ??= Submitter.Unknown;
        if (Find(job.RunId) is { } known)
        {
            known.Missing.UnionWith(missing);
            known.IsWanted = true;
            if (!IsToGoOn(known)) return;
            _runs.Remove(known.Record.Number);
            known.Record = new RunRecord(
                job, NextNumber(), null, by.Owner, by.Priority, by.At, ShutOut: known.Record.ShutOut, Unaudited: known.Record.Unaudited);
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
        if (FindActive(runId) is not { } run) return;
        run.IsTraining = true;
        Resume(run);
        if (run.Stop == RunStop.Asked) _decisions.Add(new StopCurrent(runId));
        Return();
        foreach (var node in _nodes.Values.Where(node => node is { IsConnected: true, ShutOut: null, Node.Workers: > 0 }))
            _decisions.Add(new AdmitNode(node.Node.NodeId, runId));
    });

    /// <summary>A run is over, or could not begin.</summary>
    /// <param name="reached">What it reached; null where it could not begin.</param>
    /// <param name="at">When, in milliseconds since 1970, UTC.</param>
    /// <param name="isOutOfMemory">Whether no node had enough memory. A run that had others beside it then waits to train alone.</param>
    public IReadOnlyList<ManagerDecision> Ended(
        string runId, RunEnding ending, string? message, Reached? reached = null, long at = 0, bool isOutOfMemory = false) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run) return;
        var stop = ending == RunEnding.Stopped ? run.Stop : RunStop.None;
        bool wasActive = _active.Contains(run), isToTrainAlone = isOutOfMemory && WouldTrainAlone(runId);
        (run.Stop, run.IsTraining) = (RunStop.None, false);
        if (reached is not null) run.Record = run.Record with { Unaudited = Math.Max(run.Record.Unaudited, reached.Unaudited) };
        if (stop == RunStop.Pausing)
        {
            Pause(run, reached, at);
        }
        else if (isToTrainAlone)
        {
            run.TrainsAlone = true;
        }
        else if (stop != RunStop.PutOff)
        {
            End(run, new RunEnded(
                runId, ending, message ?? (ending == RunEnding.Stopped ? run.StopReason : null), run.NewestHash, run.BestHash, reached?.Step ?? run.NewestStep,
                reached?.LastStep ?? 0, reached?.Parameters, at, run.Record.Unaudited));
        }

        if (!wasActive) return;
        _active.Remove(run);
        BeginNext();
        Return();
    });

    /// <summary>Steps of a run should have been audited and were not; the next coordinator counts on from there.</summary>
    /// <param name="count">How many so far.</param>
    public IReadOnlyList<ManagerDecision> UnauditedCounted(string runId, long count) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run || run.Record.Unaudited >= count) return;
        run.Record = run.Record with { Unaudited = count };
        Changed(run);
    });

    /// <summary>A finished run was deleted from the disk.</summary>
    public IReadOnlyList<ManagerDecision> Forgotten(string runId) => Decide(() =>
    {
        if (Find(runId) is not { Record: { Ending: not null, Number: var number } } run) return;
        GiveUp(run);
        _runs.Remove(number);
        foreach (var node in _nodes.Values)
        {
            node.Answered.Remove(runId);
            node.Refused.Remove(runId);
            node.LastOffers.Remove(runId);
        }
    });

    /// <summary>A run ended because a node was excluded, and begins again without it from where it was: at once, or after the run that interrupts it.</summary>
    public IReadOnlyList<ManagerDecision> BeginAgain(string runId) => Decide(() =>
    {
        if (FindActive(runId) is not { } run) return;
        run.IsTraining = false;
        if (run.Stop == RunStop.Pausing)
        {
            run.Stop = RunStop.None;
            Pause(run, null, 0);
            BeginNext();
            return;
        }

        _decisions.Add(new BeginRun(run.Job));
    });

    private static bool IsToGoOn(ManagedRun run) => run.Record.Ending is { Ending: RunEnding.Stopped or RunEnding.Failed };

    private static IEnumerable<string> FilesOf(JobDescription job) => ((string?[])[job.Train, job.Validation, job.Start]).OfType<string>();

    private long NextNumber() => _runs.Count == 0 ? 1 : _runs.Keys.Last() + 1;

    private List<ManagerDecision> Decide(Action react)
    {
        _decisions.Clear();
        react();
        return _decisions;
    }

    private void End(ManagedRun run, RunEnded ended)
    {
        run.Record = run.Record with { Ending = ended, Pause = null };
        (run.IsTraining, run.Stop, run.TrainsAlone) = (false, RunStop.None, false);
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
