using Akka.Actor;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Worker;

/// <summary>
/// The workers of one process. It offers them to the coordinator, passes orders down and answers up, and restarts workers that fail. Orders are
/// self-contained, so a restarted worker needs nothing else. Where it has too little memory it offers fewer threads.
/// </summary>
internal sealed class WorkerNode : ReceiveActor
{
    private readonly IActorRef _coordinator;
    private readonly string? _name, _process;
    private readonly MemoryBeside? _memory;
    private readonly List<IActorRef> _workers = [];
    private WorkerTeams? _teams;
    private MemoryPlan _plan;
    private SharedWeights? _weights;
    private PrepareRun? _run;
    private ParametersPublished? _parameters;
    private Action? _freed;
    private bool _isDeclined;
    private int _ending;

    /// <param name="workers">Computing threads.</param>
    /// <param name="name">The node's name for people; null where it needs none.</param>
    /// <param name="teams">How its threads are arranged; null for the rule, which the coordinator of a cluster applies too.</param>
    /// <param name="process">The id of the node's process; null if audits need none.</param>
    /// <param name="memory">The memory of the process's parts in all runs; null if it takes part in one run, or if the memory is counted already.</param>
    public WorkerNode(
        int workers, IActorRef coordinator, string? name = null, WorkerTeams? teams = null, string? process = null, MemoryBeside? memory = null)
    {
        (_plan, _coordinator, _name, _teams, _process, _memory) = (new MemoryPlan(workers), coordinator, name, teams, process, memory);
        Receive<PrepareRun>(Prepare);
        Receive<ParametersPublished>(published => _parameters = published);
        Receive<ComputeShards>(work =>
        {
            foreach (var order in work.Orders) Of(order.Worker).Tell(new ShardWorker.Compute(_run!, _weights, _parameters!, work, order));
        });
        Receive<EvaluateShards>(work =>
        {
            foreach (var order in work.Orders) Of(order.Worker).Tell(new ShardWorker.Evaluate(_run!, _weights, _parameters!, work.Step, order));
        });
        Receive<ShardsComputed>(_coordinator.Tell);
        Receive<ShardsAudited>(_coordinator.Tell);
        Receive<ShardsEvaluated>(_coordinator.Tell);
        Receive<ShardWorker.Failed>(Recover);
        Receive<NodeSetAside>(_ => EndWorkers());
        Receive<Terminated>(_ =>
        {
            if (--_ending == 0) OfferLess();
        });
        Receive<NodeDrained>(_ => Context.Stop(Self));
        Receive<MemoryFreed>(_ => _isDeclined, _ =>
        {
            _isDeclined = false;
            Offer();
        });
    }

    public static Props Props(
        int workers, IActorRef coordinator, string? name = null, WorkerTeams? teams = null, string? process = null, MemoryBeside? memory = null) =>
        Akka.Actor.Props.Create(() => new WorkerNode(workers, coordinator, name, teams, process, memory));

    protected override void PreStart()
    {
        if (_memory is not null)
        {
            var self = Self;
            _memory.Freed += _freed = () => self.Tell(MemoryFreed.Instance);
        }

        Offer();
    }

    /// <summary>Children end first, so the workers' memory is free.</summary>
    protected override void PostStop()
    {
        if (_memory is null) return;
        _memory.Freed -= _freed;
        _memory.Return(this);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

    private void Offer() => _coordinator.Tell(new NodeJoined(_plan.Threads, _name, Teams: _teams, Process: _process));

    private void Prepare(PrepareRun run)
    {
        _run = run with { InSmallRounds = run.InSmallRounds || _plan.InSmallRounds };
        if (_memory is not null && !_memory.TryTake(this, _plan, run.Job, isRemote: false, out var fitting, out string? problem))
        {
            Decline(problem!, fitting);
            return;
        }

        var teams = _teams ?? run.Job.TeamsOf(_plan.Threads);
        _weights = teams.Workers > 1 ? new SharedWeights() : null;
        for (int i = 0; i < teams.Workers; i++)
            _workers.Add(Context.ActorOf(ShardWorker.Props(i, teams), $"worker-{run.FirstWorker + i}"));

        _coordinator.Tell(NodePrepared.Instance);
    }

    private void Recover(ShardWorker.Failed failed)
    {
        switch (failed.Work)
        {
            case ShardWorker.Compute compute:
                _coordinator.Tell(new ShardsLost(compute.Work.Step, compute.Order, failed.Reason, failed.IsOutOfMemory));
                break;
            case ShardWorker.Evaluate evaluate:
                _coordinator.Tell(new ShardsLost(evaluate.Step, evaluate.Order, failed.Reason, failed.IsOutOfMemory));
                break;
            default: break;
        }
    }

    /// <summary>The workers free their memory before new ones are created.</summary>
    private void EndWorkers()
    {
        _ending = _workers.Count;
        foreach (var worker in _workers)
        {
            Context.Watch(worker);
            Context.Stop(worker);
        }

        _workers.Clear();
        (_weights, _parameters) = (null, null);
    }

    /// <summary>Other runs have the memory: offers fewer threads, or, if not even one fits, waits until memory is returned.</summary>
    private void Decline(string reason, MemoryPlan? fitting)
    {
        _coordinator.Tell(new NodeUnable(reason, IsOutOfMemory: fitting is null));
        _isDeclined = fitting is null;
        if (fitting is not { } less) return;
        (_plan, _teams) = (less, null);
        Offer();
    }

    private void OfferLess()
    {
        var job = _run!.Job;
        if (_plan.Smaller()?.Fitting(job, ProcessMemory.Limit, isRemote: false) is not { } less)
        {
            _coordinator.Tell(new NodeUnable($"{ProcessMemory.RanOut} with one thread and as few rows at a time as possible", IsOutOfMemory: true));
            return;
        }

        (_plan, _teams) = (less, null);
        Offer();
    }

    private IActorRef Of(WorkerId worker) => _workers[worker.Number - _run!.FirstWorker];

    private sealed record MemoryFreed
    {
        public static readonly MemoryFreed Instance = new();
    }
}
