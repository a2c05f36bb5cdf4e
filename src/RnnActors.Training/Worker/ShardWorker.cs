using Akka.Actor;
using RnnActors.Core.Kernels;
using RnnActors.Core.Losses;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Worker;

/// <summary>
/// One core's worth of work, on a thread of its own: computes the shards that it is given, sends the gradients to the aggregators and tells its node. It holds
/// nothing that cannot be made anew.
/// </summary>
public sealed class ShardWorker : ReceiveActor
{
    private readonly WorkerId _id;
    private readonly List<AlignedBuffer> _gradients = [];
    private PrepareRun? _run;
    private AlignedBuffer? _parameters;
    private ShardComputation? _computation;
    private Evaluation? _evaluation;
    private int _capacity;
    private bool _computationIsPrepared, _evaluationIsPrepared;

    public ShardWorker(WorkerId id)
    {
        _id = id;
        Receive<PrepareRun>(run => _run = run);
        Receive<ParametersPublished>(published =>
        {
            _parameters = published.Parameters;
            _computationIsPrepared = _evaluationIsPrepared = false;
        });
        Receive<ComputeShards>(Compute);
        Receive<EvaluateShards>(Evaluate);
    }

    /// <summary>To its node when it fails, before it is started anew.</summary>
    /// <param name="Work">What it was doing.</param>
    public sealed record Failed(WorkerId Worker, object Work, string Reason);

    public static Props Props(WorkerId id) => Akka.Actor.Props.Create(() => new ShardWorker(id)).WithDispatcher(Dispatchers.Compute);

    protected override void PreStart() => Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;

    protected override void PreRestart(Exception reason, object message)
    {
        Context.Parent.Tell(new Failed(_id, message, reason.Message));
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        // The constructor has begun anew; nothing is kept.
    }

    private void Compute(ComputeShards order)
    {
        var step = order.Step;
        var job = _run!.Job;
        if (_computation is null || step.Shards.Count > _capacity)
        {
            _capacity = step.Shards.Count;
            _computation = new ShardComputation(job.Model, job.Training, job.Data, _capacity);
            _computationIsPrepared = false;
        }

        if (!_computationIsPrepared) _computation.Prepare(_parameters!.Memory);
        _computationIsPrepared = true;
        var nodes = ReductionTree.Cover(step.Shards, job.Training.Shards);
        while (_gradients.Count < nodes.Count) _gradients.Add(new AlignedBuffer(job.Model.Layout.Length));
        float[] finalState = new float[step.InitialState.Length];
        var sums = _computation.Compute(step, nodes, _gradients, finalState);
        foreach (var sum in sums)
        {
            var partial = new GradientPartial(step.Step, sum.Node, sum.Gradient);
            foreach (var aggregator in _run.Aggregators) aggregator.Tell(partial);
        }

        Context.Parent.Tell(new ShardsComputed(
            _id, step.Step, step.Shards, [.. sums.Select(sum => new NodeLoss(sum.Node, sum.Loss, sum.NotFinite))], finalState));
    }

    private void Evaluate(EvaluateShards order)
    {
        var job = _run!.Job;
        _evaluation ??= new Evaluation(job.Model, job.Training, job.Validation!);
        if (!_evaluationIsPrepared) _evaluation.Prepare(_parameters!.Memory);
        _evaluationIsPrepared = true;
        var losses = new LossSum[order.Shards.Count];
        for (int i = 0; i < losses.Length; i++) losses[i] = _evaluation.Evaluate(order.Shards.First + i);
        Context.Parent.Tell(new ShardsEvaluated(_id, order.Step, order.Shards, losses));
    }
}
