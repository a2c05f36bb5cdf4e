using Akka.Actor;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Worker;

/// <summary>
/// The workers of one process. It offers them to the coordinator, passes orders down and answers up, and restarts workers that fail. Orders are
/// self-contained, so a restarted worker needs nothing else.
/// </summary>
public sealed class WorkerNode : ReceiveActor
{
    private readonly int _count;
    private readonly IActorRef _coordinator;
    private readonly string? _name;
    private readonly WorkerTeams? _teams;
    private readonly List<IActorRef> _workers = [];
    private SharedWeights? _weights;
    private PrepareRun? _run;
    private ParametersPublished? _parameters;

    /// <param name="workers">Computing threads.</param>
    /// <param name="name">What people call the node; null where nobody needs to be told of it.</param>
    /// <param name="teams">How its threads are arranged; null for the rule, which the coordinator of a cluster applies too.</param>
    public WorkerNode(int workers, IActorRef coordinator, string? name = null, WorkerTeams? teams = null)
    {
        (_count, _coordinator, _name, _teams) = (workers, coordinator, name, teams);
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
        Receive<ShardsEvaluated>(_coordinator.Tell);
        Receive<ShardWorker.Failed>(Recover);
        Receive<NodeDrained>(_ => Context.Stop(Self));
    }

    public static Props Props(int workers, IActorRef coordinator, string? name = null, WorkerTeams? teams = null) =>
        Akka.Actor.Props.Create(() => new WorkerNode(workers, coordinator, name, teams));

    protected override void PreStart() => _coordinator.Tell(new NodeJoined(_count, _name, Teams: _teams));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

    private void Prepare(PrepareRun run)
    {
        _run = run;
        var teams = _teams ?? run.Job.TeamsOf(_count);
        _weights = teams.Workers > 1 ? new SharedWeights() : null;
        for (int i = 0; i < teams.Workers; i++)
            _workers.Add(Context.ActorOf(ShardWorker.Props(i, teams), $"worker-{run.FirstWorker + i}"));

        _coordinator.Tell(NodePrepared.Instance);
    }

    private void Recover(ShardWorker.Failed failed)
    {
        switch (failed.Work)
        {
            case ShardWorker.Compute compute: _coordinator.Tell(new ShardsLost(compute.Work.Step, compute.Order, failed.Reason)); break;
            case ShardWorker.Evaluate evaluate: _coordinator.Tell(new ShardsLost(evaluate.Step, evaluate.Order, failed.Reason)); break;
            default: break;
        }
    }

    private IActorRef Of(WorkerId worker) => _workers[worker.Number - _run!.FirstWorker];
}
