using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>
/// What is acknowledged, and what a coordinator does that has less of a run. It does not train the run, but gets the newer state from a node that holds it, or
/// waits for one, until a user gives that state up.
/// </summary>
public sealed partial class RunLedger
{
    /// <summary>So many refused nodes are told of.</summary>
    internal const int MaxRefused = 100;

    private readonly AcknowledgedRuns _acknowledged = new();
    private readonly Dictionary<string, (NodeDescription Node, string Reason)> _refused = [];
    private HashSet<string> _awaited = [];
    private (string RunId, string NodeId)? _returning;

    /// <summary>What is acknowledged of all runs.</summary>
    public AcknowledgedRun[] Acknowledged => [.. _acknowledged.All];

    /// <summary>The nodes that have not said yet what they know, so that nothing begins.</summary>
    public IReadOnlyCollection<string> Awaited => _awaited;

    /// <summary>The nodes of another protocol or arithmetic, and why they were refused.</summary>
    public IReadOnlyCollection<(NodeDescription Node, string Reason)> Refused => _refused.Values;

    /// <summary>What is acknowledged of runs that this coordinator has less of.</summary>
    public IEnumerable<AcknowledgedRun> Ahead => _acknowledged.All.Where(IsAhead);

    /// <summary>What this coordinator has less of; null where it has all of the run that is acknowledged.</summary>
    public AcknowledgedRun? AheadOf(string runId) => _acknowledged.Of(runId) is { } known && IsAhead(known) ? known : null;

    /// <summary>
    /// All runs on the disk are restored. Nothing begins before these nodes have registered or been refused, are lost, or have taken too long: they may
    /// know of newer states.
    /// </summary>
    /// <param name="awaited">Their names.</param>
    /// <param name="known">What this node has heard to be acknowledged.</param>
    public IReadOnlyList<ManagerDecision> Started(IEnumerable<string> awaited, IEnumerable<AcknowledgedRun> known) => Decide(() =>
    {
        _awaited = [.. awaited];
        _acknowledged.Hear(known);
        foreach (var run in Runs) Acknowledge(run);
        BeginNext();
    });

    /// <summary>A node that is awaited is gone.</summary>
    public IReadOnlyList<ManagerDecision> MemberLost(string name) => Decide(() =>
    {
        _refused.Remove(name);
        _joining.Remove(name);
        if (_awaited.Remove(name)) BeginNext();
    });

    /// <summary>The nodes that have not registered by now are not waited for.</summary>
    public IReadOnlyList<ManagerDecision> AwaitedLongEnough() => Decide(() =>
    {
        _awaited.Clear();
        BeginNext();
    });

    /// <summary>A node, or the client of a run, says what it has heard to be acknowledged.</summary>
    public IReadOnlyList<ManagerDecision> Heard(IEnumerable<AcknowledgedRun>? said) => Decide(() => Hear(said));

    /// <summary>A candidate says what it holds.</summary>
    public IReadOnlyList<ManagerDecision> Holds(string nodeId, IEnumerable<HeldRun>? held) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node)) return;
        node.Held = (held ?? []).GroupBy(run => run.RunId).ToDictionary(run => run.Key, run => run.Max(one => one.Step));
        Return();
    });

    /// <summary>A candidate has given back what it holds of a run, and it is on this disk.</summary>
    public IReadOnlyList<ManagerDecision> Returned(RunRecord record, IEnumerable<string> missing, IReadOnlyList<ReplicaFile> checkpoints) => Decide(() =>
    {
        _returning = null;
        string runId = record.Job.RunId;
        var run = Find(runId);
        if (run is null)
        {
            run = new ManagedRun(record with { Number = _runs.ContainsKey(record.Number) ? NextNumber() : record.Number }, missing);
            _runs.Add(run.Record.Number, run);
        }
        else
        {
            // Whoever has submitted a stopped run again, here, wants it to go on.
            bool goesOn = run.IsWanted && record.Ending is { Ending: RunEnding.Stopped or RunEnding.Failed };
            run.Record = run.Record with { Ending = goesOn ? null : record.Ending };
            run.Missing.Clear();
            run.Missing.UnionWith(missing);
        }

        run.Checkpoints = checkpoints;
        ShutOut(record);
        Changed(run);
        Acknowledge(run);
        if (run.Record.Ending is { } ending) _decisions.Add(new TellEnded(ending));
        BeginNext();
        Return();
    });

    /// <summary>A candidate cannot give back what it said to hold, or it cannot be stored here. It is asked again after a wait that grows.</summary>
    public IReadOnlyList<ManagerDecision> NotReturned(string nodeId, string runId) => Decide(() =>
    {
        if (_returning != (runId, nodeId)) return;
        _returning = null;
        if (_nodes.TryGetValue(nodeId, out var node))
        {
            if (!node.Unreturned.TryGetValue(runId, out var failed)) node.Unreturned[runId] = failed = new RefusedCopy();
            _decisions.Add(new FetchAgain(nodeId, runId, failed.Wait()));
        }

        Return();
    });

    /// <summary>The wait of <see cref="FetchAgain"/> is over.</summary>
    public IReadOnlyList<ManagerDecision> ReturnDue(string nodeId, string runId) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node) || !node.Unreturned.TryGetValue(runId, out var failed)) return;
        failed.EndWaiting();
        Return();
    });

    /// <summary>The run's newest checkpoint that can be used is of this step, older than what its folder had said.</summary>
    /// <param name="checkpoints">What can be used.</param>
    /// <returns>Whether it may begin from there.</returns>
    public bool MayBegin(string runId, long step, IReadOnlyList<ReplicaFile> checkpoints)
    {
        if (Find(runId) is not { } run || _acknowledged.Of(runId) is not { } known || known.Step <= step) return true;
        run.Checkpoints = checkpoints;
        run.UsableStep = step;
        return false;
    }

    /// <summary>The run that was to begin has less than is acknowledged.</summary>
    public IReadOnlyList<ManagerDecision> PutOff(string runId) => Decide(() =>
    {
        if (_active.RemoveAll(run => run.Job.RunId == runId) == 0) return;
        BeginNext();
        Return();
    });

    /// <summary>Somebody gives up what is acknowledged beyond what this coordinator has.</summary>
    /// <returns>Nothing where nothing is given up.</returns>
    public IReadOnlyList<ManagerDecision> LossAccepted(string runId) => Decide(() =>
    {
        if (AheadOf(runId) is not { } lost) return;
        var run = Find(runId);
        Tell(lost with
        {
            Generation = lost.Generation + 1,
            Step = run is null ? -1 : StepOf(run),
            Checkpoint = run?.NewestHash,
            Epoch = Epoch,
            Holder = _name,
        });
        BeginNext();
        Offer();
    });

    /// <summary>A run whose checkpoints are deleted: later coordinators do not wait for them.</summary>
    private void GiveUp(ManagedRun run)
    {
        if (_acknowledged.Of(run.Job.RunId) is { } known)
            Tell(known with { Generation = known.Generation + 1, Step = -1, Checkpoint = null, Epoch = Epoch, Holder = _name });
    }

    private void Hear(IEnumerable<AcknowledgedRun>? said)
    {
        var news = _acknowledged.Hear(said);
        if (news.Count == 0) return;
        _decisions.Add(new Acknowledge([.. news]));
        Return();
    }

    private void Tell(AcknowledgedRun run)
    {
        if (_acknowledged.Hear([run]).Count > 0) _decisions.Add(new Acknowledge([run]));
    }

    private bool IsAhead(AcknowledgedRun known) => known.Step > (Find(known.RunId) is { } run ? StepOf(run) : -1);

    private static long StepOf(ManagedRun run) => run.UsableStep ?? run.NewestStep;

    /// <summary>Acknowledges what this coordinator has and every connected candidate that has room.</summary>
    private void Acknowledge(ManagedRun run, bool evenAlone = false)
    {
        string runId = run.Job.RunId;
        long step = StepOf(run);
        if (!evenAlone)
            foreach (var node in Candidates().Where(node => !node.Refused.ContainsKey(runId))) step = Math.Min(step, node.StepAnswered(runId));
        var known = _acknowledged.Of(runId);
        if (step < 0 || step <= (known?.Step ?? -1)) return;
        Tell(new AcknowledgedRun(
            runId, run.Job.Name, known?.Generation ?? 0, step, step == StepOf(run) ? run.NewestHash : null, Epoch, _name));
    }

    /// <summary>
    /// Asks a candidate for what it holds and this coordinator lacks, one run at a time. A run that trains is stopped for it; where no node holds more, it
    /// goes on, since it comes to the same bits.
    /// </summary>
    private void Return()
    {
        if (_returning is not null || _isLeaving) return;
        foreach (var known in Ahead)
        {
            var run = Find(known.RunId);
            long own = run is null ? -1 : StepOf(run);
            var holder = _nodes.Values.Where(node => node is { IsConnected: true, IsHere: false } && node.Held.GetValueOrDefault(known.RunId, -1) > own)
                .Where(node => node.Unreturned.GetValueOrDefault(known.RunId) is not { IsWaiting: true })
                .MaxBy(node => node.Held[known.RunId]);
            if (holder is null) continue;
            if (run is not null && _active.Contains(run))
            {
                if (!run.IsTraining || run.Stop != RunStop.None) continue; // when it has begun, or has stopped anyway
                run.Stop = RunStop.PutOff;
                _decisions.Add(new StopCurrent(known.RunId));
                continue;
            }

            _returning = (known.RunId, holder.Node.NodeId);
            _decisions.Add(new FetchRun(holder.Node.NodeId, known.RunId));
            return;
        }
    }
}
