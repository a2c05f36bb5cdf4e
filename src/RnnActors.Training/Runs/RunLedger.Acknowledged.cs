using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>
/// Acknowledged states, and what a coordinator does that has an older state of a run. It does not train the run: it gets the newer state from a node that has
/// it, or waits for one, until a user accepts the loss of that state.
/// </summary>
public sealed partial class RunLedger
{
    /// <summary>The maximum number of refused nodes that are reported.</summary>
    internal const int MaxRefused = 100;

    private readonly AcknowledgedRuns _acknowledged = new();
    private readonly Dictionary<string, (NodeDescription Node, string Reason)> _refused = [];
    private HashSet<string> _awaited = [];
    private (string RunId, string NodeId)? _returning;

    /// <summary>The acknowledged states of all runs.</summary>
    public AcknowledgedRun[] Acknowledged => [.. _acknowledged.All];

    /// <summary>The nodes that have not reported yet what they know; until then, no run begins.</summary>
    public IReadOnlyCollection<string> Awaited => _awaited;

    /// <summary>The nodes of another protocol or arithmetic, and why they were refused.</summary>
    public IReadOnlyCollection<(NodeDescription Node, string Reason)> Refused => _refused.Values;

    /// <summary>The acknowledged states of runs of which this coordinator has an older one.</summary>
    public IEnumerable<AcknowledgedRun> Ahead => _acknowledged.All.Where(IsAhead);

    /// <summary>The run's acknowledged state, if this coordinator has an older one; null otherwise.</summary>
    public AcknowledgedRun? AheadOf(string runId) => _acknowledged.Of(runId) is { } known && IsAhead(known) ? known : null;

    /// <summary>
    /// All runs on the disk are restored. No run begins before these nodes have registered or been refused, are lost, or have taken too long: they may know of
    /// newer states.
    /// </summary>
    /// <param name="awaited">The names of the nodes.</param>
    /// <param name="known">The acknowledged states that this node knows.</param>
    public IReadOnlyList<ManagerDecision> Started(IEnumerable<string> awaited, IEnumerable<AcknowledgedRun> known) => Decide(() =>
    {
        _awaited = [.. awaited];
        _acknowledged.Hear(known);
        foreach (var run in Runs) Acknowledge(run);
        BeginNext();
    });

    /// <summary>An awaited node is gone.</summary>
    public IReadOnlyList<ManagerDecision> MemberLost(string name) => Decide(() =>
    {
        _refused.Remove(name);
        _joining.Remove(name);
        if (_awaited.Remove(name)) BeginNext();
    });

    /// <summary>Ends the wait for nodes that have not registered by now.</summary>
    public IReadOnlyList<ManagerDecision> AwaitedLongEnough() => Decide(() =>
    {
        _awaited.Clear();
        BeginNext();
    });

    /// <summary>A node, or a run's client, reports the acknowledged states that it knows.</summary>
    public IReadOnlyList<ManagerDecision> Heard(IEnumerable<AcknowledgedRun>? said) => Decide(() => Hear(said));

    /// <summary>A candidate reports its states of runs.</summary>
    public IReadOnlyList<ManagerDecision> Holds(string nodeId, IEnumerable<HeldRun>? held) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node)) return;
        node.Held = (held ?? []).GroupBy(run => run.RunId).ToDictionary(run => run.Key, run => run.Max(one => one.Step));
        Return();
    });

    /// <summary>A candidate has returned its state of a run, which is on this disk now.</summary>
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
            // A stopped run that was submitted again here shall go on.
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

    /// <summary>A candidate cannot return a state that it reported, or it cannot be stored here. It is asked again after a backoff.</summary>
    public IReadOnlyList<ManagerDecision> NotReturned(string nodeId, string runId) => Decide(() =>
    {
        if (_returning != (runId, nodeId)) return;
        _returning = null;
        if (_nodes.TryGetValue(nodeId, out var node))
        {
            if (!node.Unreturned.TryGetValue(runId, out var failed)) node.Unreturned[runId] = failed = new ReplicaBackoff();
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

    /// <summary>The newest usable checkpoint of the run is of this step, older than its folder indicated.</summary>
    /// <param name="checkpoints">The usable checkpoints.</param>
    /// <returns>Whether it may begin from there.</returns>
    public bool MayBegin(string runId, long step, IReadOnlyList<ReplicaFile> checkpoints)
    {
        if (Find(runId) is not { } run || _acknowledged.Of(runId) is not { } known || known.Step <= step) return true;
        run.Checkpoints = checkpoints;
        run.UsableStep = step;
        return false;
    }

    /// <summary>The run that was about to begin has an older state than the acknowledged one.</summary>
    public IReadOnlyList<ManagerDecision> PutOff(string runId) => Decide(() =>
    {
        if (_active.RemoveAll(run => run.Job.RunId == runId) == 0) return;
        BeginNext();
        Return();
    });

    /// <summary>A user accepts the loss of the acknowledged state that this coordinator does not have.</summary>
    /// <returns>Nothing where there is nothing to lose.</returns>
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

    /// <summary>Gives up a run's checkpoints, which are deleted: later coordinators do not wait for them.</summary>
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

    /// <summary>Acknowledges the newest state if this coordinator has it and every connected candidate with room.</summary>
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
    /// Asks a candidate for the state that this coordinator lacks, one run at a time. A run that trains is stopped for it only if a node has it; otherwise it
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
