using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Aggregation;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>The coordinator of one run: it does what <see cref="TrainingRun"/> decides, as <c>CoordinatorActor</c> does.</summary>
internal sealed partial class RunShell
{
    private const int MaxWrites = 2;

    private static readonly TimeSpan OthersMayCome = TimeSpan.FromSeconds(5);

    private readonly World _world;
    private readonly ManagerShell _manager;
    private readonly CheckpointVault _vault;
    private readonly TrainingRun _run;
    private readonly AggregatorShell[] _aggregators;
    private readonly List<Node> _nodes = [];
    private readonly Queue<Action> _mail = new();
    private readonly Queue<(TrainingState State, bool IsBest)> _saves = new();
    private readonly TimeSpan _began;
    private bool _isReading, _isOver, _isWriting, _isPausing, _isToStop;
    private int _workers, _nodeNumbers, _writes, _deadline, _verdicts;
    private (TrainingOutcome? Outcome, string? Failure, bool IsOutOfMemory)? _end;

    public RunShell(World world, ManagerShell manager, SimulatedJob job, TrainingState start, CheckpointVault vault)
    {
        (_world, _manager, _vault, Job, _began) = (world, manager, vault, job, world.Timeline.Now);
        var segments = ParameterSegments.Cut(start.Parameters.Length, 2);
        _run = new TrainingRun(job.Job with { Start = start }, start, segments.Count, world.Scenario.Audit);
        _aggregators = [.. segments.Select(segment => new AggregatorShell(
            job.Job, start, segment, world.Bug, summed => Post(() => Do(_run.SegmentSummed(summed))),
            updated => Post(() => Do(_run.SegmentUpdated(updated, Now)))))];
        (LastStep, SavedStep) = (start.Progress.Step, start.Progress.Step);
    }

    public SimulatedJob Job { get; }

    /// <summary>The last step that it told of.</summary>
    public long LastStep { get; private set; }

    public long SavedStep { get; private set; }

    /// <summary>The last step that was to be audited and was told not to be.</summary>
    public long UnauditedStep { get; private set; }

    /// <summary>Whether the disk has taken all that it was given.</summary>
    public bool CouldSave { get; private set; } = true;

    public CheckpointVault Vault => _vault;

    private TimeSpan Now => _world.Timeline.Now - _began;

    public IReadOnlyList<IActorRef> Aggregators(Life life) =>
        [.. _aggregators.Select(aggregator => new Ear(_world, life, message =>
        {
            if (!_isOver) aggregator.Receive(message);
        }))];

    public void Welcome(RemoteShell? remote, WorkerShell? local, int workers, string name) => Post(() =>
    {
        if (remote is not null && Find(remote) is not null) return;
        if (remote is not null) _world.Oracle.TakesPart(this, remote.PeerLife);
        var node = new Node(remote, local, _nodeNumbers++, name, [.. Enumerable.Range(_workers, workers).Select(number => new WorkerId(number))]);
        _nodes.Add(node);
        int first = _workers;
        _workers += workers;
        if (remote is not null) remote.PrepareRun(this, Job, first);
        else Prepared(node);
    });

    public void Prepared(RemoteShell remote) => Post(() =>
    {
        if (Find(remote) is { IsPrepared: false } node) Prepared(node);
    });

    public void Drain(RemoteShell remote) => Post(() =>
    {
        if (Find(remote) is { IsPrepared: true } node && !_run.IsOver) Do(_run.NodeDraining(node.Number));
        else
        {
            _nodes.RemoveAll(one => one.Remote == remote);
            remote.Drained(this);
        }
    });

    public void Lose(RemoteShell remote, string reason) => Post(() =>
    {
        var node = Find(remote);
        _nodes.RemoveAll(one => one.Remote == remote);
        if (node is { IsPrepared: true }) Do(_run.NodeLost(node.Number, reason));
    });

    public void Unable(RemoteShell remote, string reason, bool isOutOfMemory) => Post(() =>
    {
        if (Find(remote) is { } node) Unable(node, reason, isOutOfMemory);
    });

    public void Suspect(RemoteShell remote, string? reason) => Post(() =>
    {
        if (Find(remote) is { IsPrepared: true } node) Do(reason is null ? _run.NodeTrusted(node.Number) : _run.NodeSuspected(node.Number, reason));
    });

    public void Computed(ShardsComputed computed) => Post(() => Do(_run.ShardsComputed(computed)));

    public void Evaluated(ShardsEvaluated evaluated) => Post(() => Do(_run.ShardsEvaluated(evaluated, Now)));

    public void Audited(ShardsAudited audited) => Post(() => Do(_run.ShardsAudited(audited)));

    public void Lost(ShardsLost lost) => Post(() => Do(_run.ShardsLost(lost)));

    /// <param name="isPause">Whether it goes on later.</param>
    public void Stop(bool isPause = false) => Post(() =>
    {
        _isPausing = isPause;
        Do(_run.StopRequested());
    });

    /// <summary>The manager has heard of its end.</summary>
    public void End()
    {
        _isOver = true;
        foreach (var node in _nodes) node.Local?.End();
        _vault.Dispose();
    }

    /// <summary>If nobody has come for a while, no node has the memory.</summary>
    private void Unable(Node node, string reason, bool isOutOfMemory)
    {
        _nodes.Remove(node);
        node.Local?.End();
        Do(_run.NodeUnable(node.Name, reason, isOutOfMemory));
        if (!isOutOfMemory) return;
        int verdict = ++_verdicts;
        _world.Timeline.In(OthersMayCome, _manager.Life, () => Post(() =>
        {
            if (verdict == _verdicts && _nodes.Count == 0) Do(_run.NodeUnable(node.Name, reason, isOutOfMemory: true, isLast: true));
        }));
    }

    private void Prepared(Node node)
    {
        node.IsPrepared = true;
        Do(_run.NodeJoined(node.Number, node.Name, node.Workers, process: (node.Remote?.PeerLife ?? _manager.Life).Process));
    }

    private Node? Find(RemoteShell remote) => _nodes.Find(node => node.Remote == remote);

    private Node? Find(int number) => _nodes.Find(node => node.Number == number);

    private void Post(Action action)
    {
        if (_isOver || _manager.HasEnded) return;
        _mail.Enqueue(action);
        if (_isReading) return;
        _isReading = true;
        while (_mail.TryDequeue(out var next)) next();
        _isReading = false;
    }

    private sealed class Node(RemoteShell? remote, WorkerShell? local, int number, string name, IReadOnlyList<WorkerId> workers)
    {
        public RemoteShell? Remote => remote;

        public WorkerShell? Local => local;

        public int Number => number;

        public string Name => name;

        public IReadOnlyList<WorkerId> Workers => workers;

        public bool IsPrepared { get; set; }
    }
}
