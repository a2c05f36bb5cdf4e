using System.Diagnostics;
using Akka.Actor;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Worker;

/// <summary>
/// A worker: computes the shards that it is given, sends the gradients to the aggregators and the losses to its node. It runs on a thread of its own, or leads
/// a team of threads. It holds nothing that cannot be computed again.
/// </summary>
public sealed class ShardWorker : ReceiveActor, IDisposable
{
    private readonly List<GradientBuffer> _gradients = [];
    private readonly int _index;
    private readonly WorkerTeams _teams;
    private ThreadTeam? _team;
    private ShardComputation? _computation;
    private Evaluation? _evaluation;
    private GradientParts? _parts;
    private ComputeShare _share;
    private bool _isSettled;
    private int _capacity, _used;
    private SumHash[]? _hashes;
    private long _stepOfBuffers = -1;
    private ParametersPublished? _computed, _evaluated;

    /// <param name="index">Its number among the node's workers, from 0.</param>
    /// <param name="teams">How the node's threads are arranged.</param>
    public ShardWorker(int index, WorkerTeams teams)
    {
        (_index, _teams) = (index, teams);
        Receive<Compute>(Carry);
        Receive<Evaluate>(Carry);
    }

    /// <summary>To a worker: compute the gradients of some shards of a step.</summary>
    /// <param name="Weights">Packed weights that the node's workers share; null for a single worker.</param>
    public sealed record Compute(PrepareRun Run, SharedWeights? Weights, ParametersPublished Parameters, ComputeShards Work, ShardOrder Order);

    /// <summary>To a worker: compute the losses of some shards of the validation rows.</summary>
    /// <param name="Weights">Packed weights that the node's workers share; null for a single worker.</param>
    public sealed record Evaluate(PrepareRun Run, SharedWeights? Weights, ParametersPublished Parameters, long Step, ShardOrder Order);

    /// <summary>To its node: it failed and is about to be restarted.</summary>
    /// <param name="Work">The order that it worked on.</param>
    /// <param name="IsOutOfMemory">Whether it had too little memory.</param>
    public sealed record Failed(object Work, string Reason, bool IsOutOfMemory = false);

    public static Props Props(int index, WorkerTeams teams) => Akka.Actor.Props.Create(() => new ShardWorker(index, teams)).WithDispatcher(Dispatchers.Compute);

    /// <summary>Ends its team's threads.</summary>
    public void Dispose()
    {
        _team?.Dispose();
        _team = null;
    }

    protected override void PreStart()
    {
        _share = ComputePriority.ShareOf(Context.System);
        ComputePriority.Lower(_share, _teams.Threads);
        _isSettled = Settle(0);
    }

    protected override void PostStop() => Dispose();

    protected override void PreRestart(Exception reason, object message)
    {
        Context.Parent.Tell(new Failed(message, ProcessMemory.IsShort(reason) ? ProcessMemory.RanOut : reason.Message, ProcessMemory.IsShort(reason)));
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        // The constructor runs again; nothing is kept.
    }

    /// <summary>Makes the worker's team, if it has one, the calling thread's. The team's threads have the worker's affinity and priority.</summary>
    private ThreadTeam.Use? EnterTeam()
    {
        if (_teams.ThreadsOfEach == 1) return null;
        if (_team is null)
        {
            _team = new ThreadTeam(_teams.ThreadsOfEach, number =>
            {
                ComputePriority.Lower(_share, _teams.Threads, isStartedByLowered: true);
                Settle(number);
            });
        }

        return _team.Enter();
    }

    /// <summary>
    /// Pins a thread of the team. With <see cref="ComputeShare.Rest"/> it is not pinned, so that it runs wherever one of its processors is idle.
    /// </summary>
    /// <param name="number">The calling thread's number in the team.</param>
    private bool Settle(int number) =>
        _share != ComputeShare.Rest && ComputeAffinity.Settle((_index * _teams.ThreadsOfEach) + number, _teams.Threads);

    private void Carry(Compute compute)
    {
        long begun = Stopwatch.GetTimestamp();
        var (work, order) = (compute.Work, compute.Order);
        using var activity = compute.Run.Trace?.BeginPart(work.IsAudit ? "audit shards" : "compute shards", work.Step, order.Shards, order.Worker.Number);
        using var team = EnterTeam();
        if (!_isSettled && Context.System.Settings.HasCluster) ComputeAffinity.Prefer(order.Worker.Number);
        var job = compute.Run.Job;
        var step = new ShardStep(work.Step, work.BatchRows, order.Shards, StateOf(job, work, order.Shards));
        if (_computation is null || order.Shards.Count > _capacity)
        {
            // Workers whose share grows once are likely to get more again.
            _capacity = _computation is null ? order.Shards.Count : Math.Min(job.Training.Shards, Math.Max(order.Shards.Count, _capacity * 5 / 4));
            _computation = new ShardComputation(job.Model, job.Training, job.Data, _capacity, compute.Weights, compute.Run.InSmallRounds);
            _computed = null;
        }

        if (_computed != compute.Parameters) _computation.Prepare(compute.Parameters.Parameters.Memory, compute.Parameters.Version);
        _computed = compute.Parameters;
        var nodes = ReductionTree.Cover(order.Shards, job.Training.Shards);
        float[] finalState = new float[step.InitialState.Length];
        var buffers = Buffers(work.Step, nodes.Count, job.Model.Layout.Length);
        _hashes = work.IsAudited ? new SumHash[nodes.Count] : null;
        if (work.IsAudit)
        {
            Audit(compute, step, nodes, buffers, finalState);
            return;
        }

        _parts?.Begin();
        var sums = _computation.Compute(step, nodes, buffers, finalState, compute.Run.InParts ? stands => SendPart(compute, nodes, buffers, stands) : null);
        if (!compute.Run.InParts) SendPart(compute, nodes, buffers, stands: 0);
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        TrainingMeter.Shards.Add(order.Shards.Count);
        TrainingMeter.ShardsDuration.Record(seconds);
        TrainingActivities.End(activity);
        Context.Parent.Tell(new ShardsComputed(
            work.Step, order, [.. sums.Select(sum => new TreeNodeLoss(sum.Node, sum.Loss, sum.NotFinite))], finalState, seconds,
            Audited: SumsOf(job, step, sums, finalState)));
    }

    /// <summary>Computes a tree node again. Only its hash is wanted; its gradient is not sent.</summary>
    private void Audit(Compute compute, ShardStep step, IReadOnlyList<ShardRange> nodes, List<GradientBuffer> buffers, float[] finalState)
    {
        if (nodes.Count != 1) throw new InvalidOperationException($"{compute.Order.Shards} are to be audited, and are no node of the reduction tree.");
        var sums = _computation!.Compute(step, nodes, buffers, finalState);
        _hashes![0].AddGradient(0, buffers[0].Span);
        _used -= buffers.Count;
        Context.Parent.Tell(new ShardsAudited(compute.Work.Step, compute.Order, SumsOf(compute.Run.Job, step, sums, finalState)![0]));
    }

    /// <summary>The hashes of sums whose gradients are completely hashed; null where nothing is audited.</summary>
    private AuditedSum[]? SumsOf(TrainingJob job, ShardStep step, ShardGradient[] sums, float[] finalState)
    {
        if (_hashes is null) return null;
        var plan = new ShardPlan(step.BatchRows.Length, job.Training.Shards);
        var audited = new AuditedSum[sums.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            _hashes[i].AddLoss(sums[i].Loss, sums[i].NotFinite);
            if (finalState.Length > 0)
            {
                var rows = plan.RowsOf(sums[i].Node);
                int first = rows.First - plan.RowsOf(step.Shards).First;
                _hashes[i].AddState(finalState.AsSpan(first * job.Model.StateWidth, rows.Count * job.Model.StateWidth));
            }

            audited[i] = new AuditedSum(sums[i].Node, _hashes[i].Value);
        }

        return audited;
    }

    private void SendPart(Compute compute, IReadOnlyList<ShardRange> nodes, List<GradientBuffer> buffers, int stands)
    {
        _parts ??= new GradientParts(compute.Run.Job.Model.Layout.Length);
        if (!_parts.TryCut(stands, out int first, out int length)) return;
        for (int i = 0; i < nodes.Count; i++)
        {
            // The receiver of the part adds to it.
            _hashes?[i].AddGradient(first, buffers[i].Span.Slice(first, length));
            var part = new GradientPart(compute.Work.Step, nodes[i], buffers[i], first, length);
            foreach (var aggregator in compute.Run.Aggregators) aggregator.Tell(part);
        }
    }

    private static ReadOnlyMemory<float> StateOf(TrainingJob job, ComputeShards work, ShardRange shards)
    {
        if (work.CarriedState.IsEmpty) return default;
        var rows = new ShardPlan(work.BatchRows.Length, job.Training.Shards).RowsOf(shards);
        return work.CarriedState.Slice(rows.First * job.Model.StateWidth, rows.Count * job.Model.StateWidth);
    }

    /// <summary>Buffers that are free in this step, since those of earlier steps have been returned.</summary>
    private List<GradientBuffer> Buffers(long step, int count, int length)
    {
        if (step != _stepOfBuffers) (_stepOfBuffers, _used) = (step, 0);
        while (_gradients.Count < _used + count) _gradients.Add(new GradientBuffer(length));
        _used += count;
        return _gradients.GetRange(_used - count, count);
    }

    private void Carry(Evaluate evaluate)
    {
        long begun = Stopwatch.GetTimestamp();
        using var activity = evaluate.Run.Trace?.BeginPart("evaluate shards", evaluate.Step, evaluate.Order.Shards, evaluate.Order.Worker.Number);
        using var team = EnterTeam();
        var job = evaluate.Run.Job;
        _evaluation ??= new Evaluation(job.Model, job.Training, job.Validation!, evaluate.Weights);
        if (_evaluated != evaluate.Parameters) _evaluation.Prepare(evaluate.Parameters.Parameters.Memory, evaluate.Parameters.Version);
        _evaluated = evaluate.Parameters;
        var shards = evaluate.Order.Shards;
        var losses = new LossSum[shards.Count];
        for (int i = 0; i < losses.Length; i++) losses[i] = _evaluation.Evaluate(shards.First + i);
        TrainingActivities.End(activity);
        Context.Parent.Tell(new ShardsEvaluated(evaluate.Step, evaluate.Order, losses, Stopwatch.GetElapsedTime(begun).TotalSeconds));
    }
}
