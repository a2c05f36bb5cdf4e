using RnnActors.Core.Sharding;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>The pool of nodes: they join, leave, are lost, and are late. None of it changes a bit of the result, or ends the run.</summary>
public sealed partial class TrainingRun
{
    private readonly WorkerPool _pool;
    private readonly StepDeadlines _times = new();
    private readonly Dictionary<string, string> _unable = [];

    /// <summary>The nodes of <see cref="_unable"/> that lack memory.</summary>
    private readonly HashSet<string> _short = [];
    private TimeSpan? _began;
    private TimeSpan _patience;
    private long _deadline;
    private bool _hasDeadline, _isPaused;

    /// <summary>A node is ready. The first one starts the run. Later ones work from the next step on, or at once on shards that no other node has.</summary>
    /// <param name="node">Its number in the run.</param>
    /// <param name="name">Null for the workers of a run in one process, whose coming and going is not published.</param>
    /// <param name="threads">Threads of each worker.</param>
    /// <param name="process">The id of the node's process, which audits judge; null if it is not known.</param>
    public IReadOnlyList<Decision> NodeJoined(int node, string? name, IReadOnlyList<WorkerId> workers, int threads = 1, string? process = null) => Decide(() =>
    {
        _pool.Add(new PoolNode(node, name, workers, threads) { Since = State.Progress.Step, Process = process });
        _hasWaitedInVain = false;
        if (name is not null)
        {
            _unable.Remove(name);
            _short.Remove(name);
            _decisions.Add(new Tell(new WorkersJoined(name, workers.Count)));
        }

        if (_phase == Phase.Waiting && workers.Count > 0) Continue();
        else GiveOut();
    });

    /// <summary>
    /// A node cannot take part; it tries again and again. Each of its reasons is published once. A run that has begun ends if every node lacks memory and no
    /// other is about to join.
    /// </summary>
    /// <param name="name">Null for the workers of a run in one process.</param>
    /// <param name="isOutOfMemory">Whether not even one of its threads has the memory.</param>
    /// <param name="isLast">Whether no other node takes part or is being prepared.</param>
    public IReadOnlyList<Decision> NodeUnable(string? name, string reason, bool isOutOfMemory = false, bool isLast = false) => Decide(() =>
    {
        TellUnable(name, reason);
        if (isOutOfMemory && name is not null) _short.Add(name);
        if (!isOutOfMemory || !isLast || !IsWorking || _unable.Keys.Any(other => !_short.Contains(other))) return;
        _phase = Phase.Over;
        _decisions.Add(new GiveUp(new ShardRange(0, _job.Training.Shards), $"no node has enough memory. The last one: {reason}", IsOutOfMemory: true));
    });

    /// <summary>The node is leaving: it delivers what it has and is then released.</summary>
    public IReadOnlyList<Decision> NodeDraining(int node) => Decide(() =>
    {
        if (_pool.Find(node) is { } leaving) leaving.IsLeaving = true;
    });

    /// <summary>The node is lost: its missing shards are given to others, in the same step.</summary>
    public IReadOnlyList<Decision> NodeLost(int node, string reason) => Decide(() =>
    {
        if (_pool.Find(node) is not { } lost) return;
        _pool.Remove(lost);
        if (lost.Name is not null) _decisions.Add(new Tell(new WorkersLost(lost.Name, lost.Workers.Count, reason)));
        if (!IsWorking || !GiveUpIfHopeless(null)) GiveOut();
        ReplaceAuditors(order => _pool.NodeOf(order.Worker) is null);
    });

    /// <summary>The node may be lost: its missing shards are given to others too (speculative execution).</summary>
    public IReadOnlyList<Decision> NodeSuspected(int node, string reason) => Decide(() =>
    {
        if (_pool.Find(node) is not { IsSuspected: false } suspected) return;
        suspected.IsSuspected = true;
        if (IsWorking) Move([suspected], reason);
        ReplaceAuditors(order => _pool.NodeOf(order.Worker) == suspected);
    });

    public IReadOnlyList<Decision> NodeTrusted(int node) => Decide(() =>
    {
        if (_pool.Find(node) is not { IsSuspected: true } trusted) return;
        trusted.IsSuspected = _hasWaitedInVain = false;
        GiveOut();
    });

    /// <summary>The timer of <see cref="SetDeadline"/> fired: workers that have not answered are stragglers, and others get the same shards.</summary>
    public IReadOnlyList<Decision> DeadlinePassed(long number) => Decide(() =>
    {
        if (!IsWorking || !_hasDeadline || number != _deadline) return;
        string reason = $"has not answered for {_patience.TotalSeconds:0.0} s";
        _hasDeadline = false;
        _patience *= 2;
        Move(_pool.MarkLate(), reason);
        if (_pool.IsComplete)
        {
            GiveUpWaiting();
            ReplaceAuditors(_ => true);
        }

        if (!_hasDeadline && IsWorking) SetDeadline();
    });

    /// <summary>The state of a node; null if it is not in the run.</summary>
    internal CoordinatorActor.PoolNodeStatus? Describe(int node, string name) => _pool.Find(node) is not { } found ? null : new CoordinatorActor.PoolNodeStatus(
        name, found.IsLeaving ? "leaving" : found.IsSuspected ? "suspected" : "ready", _pool.Held(found), found.Speed * found.Workers.Count);

    private void BeginPhase(Phase phase)
    {
        _phase = phase;
        _pool.Begin(PhaseOf(State.Progress.Step, phase));
        _patience = phase == Phase.Computing ? _times.Deadline : StepDeadlines.DeadlineOf(ExpectedValidation());
        GiveOut();
    }

    /// <summary>A number that grows from phase to phase: 2 · step for the validation before a step, 2 · step + 1 for the step itself.</summary>
    private static long PhaseOf(long step, Phase phase) => (2 * step) + (phase == Phase.Computing ? 1 : 0);

    private void EndPhase(TimeSpan now)
    {
        if (_phase == Phase.Updating && _began is { } began) _times.Add(now - began);
        _began = now;
        _hasDeadline = false;
    }

    private double ExpectedValidation()
    {
        double speed = 0;
        foreach (var node in _pool.Nodes) speed += node.Speed * node.Workers.Count;
        return speed == 0 ? 0 : (_job.Validation?.Rows ?? 0) / speed;
    }

    private void Measure(ShardsComputed computed)
    {
        foreach (var node in _pool.Nodes)
        {
            if (!node.Has(computed.Order.Worker)) continue;
            node.Measure(new ShardPlan(_rows.Length, _job.Training.Shards).RowsOf(computed.Order.Shards).Count, computed.Seconds, computed.Transfer);
            return;
        }
    }

    private void TellUnable(string? name, string reason)
    {
        if (name is null || (_unable.TryGetValue(name, out string? told) && told == reason)) return;
        _unable[name] = reason;
        _short.Remove(name);
        _decisions.Add(new Tell(new WorkersUnable(name, reason)));
    }

    /// <summary>Takes a node out of the run and gives its shards to others. It is asked how much it can hold.</summary>
    private void SetAside(PoolNode node, string reason)
    {
        _pool.Remove(node);
        TellUnable(node.Name, reason);
        _decisions.Add(new SetAside(node.Number, reason));
        GiveOut();
    }

    /// <summary>Ends the run if every node has failed at a shard.</summary>
    /// <param name="shards">The shards of the order that failed; null to name the hopeless shard alone.</param>
    private bool GiveUpIfHopeless(ShardRange? shards)
    {
        if (_pool.FindHopeless(out string reason) is not { } shard) return false;
        _phase = Phase.Over;
        _decisions.Add(new GiveUp(shards ?? new ShardRange(shard, 1), reason));
        return true;
    }

    private void GiveOut()
    {
        if (IsWorking) Give(_pool.GiveOut());
    }

    /// <summary>Gives the missing shards of nodes to others.</summary>
    private void Move(IReadOnlyList<PoolNode> from, string reason)
    {
        int[] owed = [.. from.Select(_pool.Owes)];
        var given = _pool.GiveOut();
        if (given.Count > 0)
        {
            for (int i = 0; i < owed.Length; i++)
                if (owed[i] > 0) _decisions.Add(new Tell(new ShardsMoved(State.Progress.Step, from[i].Name ?? "this process", owed[i], reason)));
        }

        Give(given);
    }

    private void Give(IReadOnlyList<NodeOrders> given)
    {
        if (_pool.IsStranded) Pause();
        else if (given.Count > 0 && _isPaused) GoOn();
        foreach (var (node, orders) in given)
        {
            Publish(node);
            _decisions.Add(_phase == Phase.Computing
                ? new Assign(node.Number, new ComputeShards(State.Progress.Step, _rows, State.Carried, orders, _isAudited))
                : new AssignEvaluation(node.Number, new EvaluateShards(State.Progress.Step, orders)));
        }

        if (IsWorking && (given.Count > 0 || !_hasDeadline)) SetDeadline();
    }

    private void Publish(PoolNode node)
    {
        bool isValidation = _phase == Phase.Validating;
        long version = ParametersVersion.Of(_job.Training, State.Progress.Step, isValidation);
        if (node.Parameters != version) _decisions.Add(new Publish(node.Number, State.Progress.Step, isValidation));
        node.Parameters = version;
    }

    /// <summary>A single node has no deadline, since no other could do its work.</summary>
    private void SetDeadline()
    {
        _hasDeadline = _pool.Nodes.Count > 1;
        if (_hasDeadline) _decisions.Add(new SetDeadline(++_deadline, _patience));
    }

    private void Pause()
    {
        if (_isPaused) return;
        _isPaused = true;
        _began = null;
        _decisions.Add(new Tell(new TrainingPaused(State.Progress.Step)));
        if (_stopRequested) End();
    }

    private void GoOn()
    {
        _isPaused = false;
        _decisions.Add(new Tell(new TrainingContinued(State.Progress.Step)));
    }

    /// <summary>Releases leaving nodes that hold nothing of the present step.</summary>
    private void ReleaseLeaving()
    {
        for (int i = _pool.Nodes.Count - 1; i >= 0; i--)
        {
            var node = _pool.Nodes[i];
            if (!node.IsLeaving || (IsWorking && _pool.IsBusy(node)) || IsAuditor(node)) continue;
            _pool.Remove(node);
            if (node.Name is not null && _phase != Phase.Over) _decisions.Add(new Tell(new WorkersLeft(node.Name, node.Workers.Count)));
            _decisions.Add(new Release(node.Number));
        }
    }
}
