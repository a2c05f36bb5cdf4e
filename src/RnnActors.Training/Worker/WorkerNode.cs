using Akka.Actor;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Worker;

/// <summary>
/// The workers of one process: offers them to the coordinator, passes orders down and answers up, and starts a worker that failed anew with all that it needs to
/// go on.
/// </summary>
public sealed class WorkerNode : ReceiveActor
{
    private readonly int _count;
    private readonly IActorRef _coordinator;
    private readonly List<IActorRef> _workers = [];
    private PrepareRun? _run;
    private ParametersPublished? _parameters;

    public WorkerNode(int workers, IActorRef coordinator)
    {
        (_count, _coordinator) = (workers, coordinator);
        Receive<PrepareRun>(Prepare);
        Receive<ParametersPublished>(published =>
        {
            _parameters = published;
            foreach (var worker in _workers) worker.Tell(published);
        });
        Receive<ComputeShards>(order => Of(order.Worker).Tell(order));
        Receive<EvaluateShards>(order => Of(order.Worker).Tell(order));
        Receive<ShardsComputed>(_coordinator.Tell);
        Receive<ShardsEvaluated>(_coordinator.Tell);
        Receive<ShardWorker.Failed>(Recover);
    }

    public static Props Props(int workers, IActorRef coordinator) => Akka.Actor.Props.Create(() => new WorkerNode(workers, coordinator));

    protected override void PreStart() => _coordinator.Tell(new NodeJoined(_count));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

    private void Prepare(PrepareRun run)
    {
        _run = run;
        for (int i = 0; i < _count; i++)
        {
            var worker = Context.ActorOf(ShardWorker.Props(new WorkerId(run.FirstWorker + i)), $"worker-{run.FirstWorker + i}");
            worker.Tell(run);
            _workers.Add(worker);
        }
    }

    private void Recover(ShardWorker.Failed failed)
    {
        var worker = Of(failed.Worker);
        worker.Tell(_run!);
        if (_parameters is not null) worker.Tell(_parameters);
        switch (failed.Work)
        {
            case ComputeShards order: _coordinator.Tell(new ShardsLost(failed.Worker, order.Step.Step, order.Step.Shards, failed.Reason)); break;
            case EvaluateShards order: _coordinator.Tell(new ShardsLost(failed.Worker, order.Step, order.Shards, failed.Reason)); break;
            default: break;
        }
    }

    private IActorRef Of(WorkerId worker) => _workers[worker.Number - _run!.FirstWorker];
}
