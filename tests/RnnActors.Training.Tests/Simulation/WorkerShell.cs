using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Worker;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>The workers of a process: each does one thing after another, in its own time, with the parameters that are there when it begins.</summary>
/// <param name="plan">How much of the process takes part.</param>
internal sealed class WorkerShell(World world, Life life, SimulatedJob job, MemoryPlan plan)
{
    public MemoryPlan Plan => plan;

    public Life Life => life;

    /// <summary>They take their memory, until they end.</summary>
    public static WorkerShell Start(World world, Life life, SimulatedJob job, MemoryPlan plan)
    {
        var workers = new WorkerShell(world, life, job, plan);
        life.Workers.Add(workers);
        return workers;
    }

    public void End() => life.Workers.Remove(this);

    private readonly Dictionary<WorkerId, (Queue<Action> Waiting, bool IsBusy)> _workers = [];

    /// <summary>Given its gradients, then its answer.</summary>
    public delegate void Answered(IReadOnlyList<GradientPart> parts, ShardsComputed answer);

    /// <param name="work">What the order is part of; its carried states are those of the whole batch.</param>
    /// <param name="audited">Told of an audit, instead of the answer.</param>
    public void Compute(
        ComputeShards work, ShardOrder order, Func<ReadOnlyMemory<float>> parameters, Answered answered, Action<ShardsAudited> audited,
        Action<ShardsLost> lost)
    {
        var (step, rows, carried) = (work.Step, work.BatchRows, work.CarriedState);
        Enqueue(order.Worker, Begin);

        (TimeSpan Took, Action Done) Begin()
        {
            var of = new ShardPlan(rows.Length, job.Job.Training.Shards).RowsOf(order.Shards);
            int width = carried.IsEmpty ? 0 : job.Job.Model.StateWidth;
            float[] state = carried.Slice(of.First * width, of.Count * width).ToArray();
            var made = job.Compute(parameters().Span, step, rows, order.Shards, state);
            var took = Duration(order);
            bool fails = world.Random.NextDouble() < life.Machine.Failing && world.MayFail(job, step, order.Shards, isValidation: false);
            return (took, Done);

            void Done()
            {
                if (IsShort(step, order, lost)) return;
                if (fails)
                {
                    world.Log?.Add($"{world.Timeline.Now} {life} fails at {order}");
                    lost(new ShardsLost(step, order, "it was played so"));
                    return;
                }

                GradientPart[] parts =
                    [.. made.Losses.Select((loss, i) => new GradientPart(step, loss.TreeNode, CopyOf(made.Gradients[i]), 0, made.Gradients[i].Length))];
                if (life.Machine.Lies && parts.Length > 0)
                {
                    parts[0].Gradient.Span[0] += 0.001f;
                    world.Liars.Add(life.Process);
                }

                AuditedSum[]? sums = work.IsAudited ? [.. made.Losses.Select((loss, i) => SumOf(loss, parts[i], made.FinalState, order, rows.Length))] : null;
                if (work.IsAudit) audited(new ShardsAudited(step, order, sums!.Single()));
                else answered(parts, new ShardsComputed(step, order, made.Losses, made.FinalState.ToArray(), took.TotalSeconds, Audited: sums));
            }
        }
    }

    public void Evaluate(long step, ShardOrder order, Func<ReadOnlyMemory<float>> parameters, Action<ShardsEvaluated> answered, Action<ShardsLost> lost)
    {
        Enqueue(order.Worker, Begin);

        (TimeSpan Took, Action Done) Begin()
        {
            var values = parameters();
            LossSum[] losses = [.. Enumerable.Range(order.Shards.First, order.Shards.Count).Select(shard => job.Evaluate(values.Span, shard))];
            var took = Duration(order);
            bool fails = world.Random.NextDouble() < life.Machine.Failing && world.MayFail(job, step, order.Shards, isValidation: true);
            return (took, Done);

            void Done()
            {
                if (IsShort(step, order, lost)) return;
                if (fails) lost(new ShardsLost(step, order, "it was played so"));
                else answered(new ShardsEvaluated(step, order, losses, took.TotalSeconds));
            }
        }
    }

    /// <summary>As <c>ShardWorker</c> hashes it.</summary>
    private AuditedSum SumOf(TreeNodeLoss loss, GradientPart part, float[] states, ShardOrder order, int batch)
    {
        var hash = default(SumHash);
        hash.AddGradient(0, part.Gradient.Span);
        hash.AddLoss(loss.Loss, loss.NotFinite);
        if (states.Length > 0)
        {
            var shards = new ShardPlan(batch, job.Job.Training.Shards);
            var of = shards.RowsOf(loss.TreeNode);
            int width = job.Job.Model.StateWidth;
            hash.AddState(states.AsSpan((of.First - shards.RowsOf(order.Shards).First) * width, of.Count * width));
        }

        return new AuditedSum(loss.TreeNode, hash.Value);
    }

    /// <summary>Whether the process has not got the memory, which it says.</summary>
    private bool IsShort(long step, ShardOrder order, Action<ShardsLost> lost)
    {
        if (!life.IsShortOf(plan, this)) return false;
        world.Log?.Add($"{world.Timeline.Now} {life} runs out of memory at {order}, with {plan}");
        lost(new ShardsLost(step, order, "it ran out of memory", IsOutOfMemory: true));
        return true;
    }

    private TimeSpan Duration(ShardOrder order) =>
        TimeSpan.FromSeconds(world.Scenario.Pace * (0.5 + world.Random.NextDouble()) * order.Shards.Count * life.Machine.Slowness);

    private void Enqueue(WorkerId worker, Func<(TimeSpan Took, Action Done)> work)
    {
        if (!_workers.TryGetValue(worker, out var state)) _workers[worker] = state = (new(), false);
        state.Waiting.Enqueue(() =>
        {
            var (took, done) = work();
            world.Timeline.In(took, life, () =>
            {
                done();
                _workers[worker] = (_workers[worker].Waiting, false);
                Next(worker);
            });
        });
        Next(worker);
    }

    private void Next(WorkerId worker)
    {
        var (waiting, isBusy) = _workers[worker];
        if (isBusy || !waiting.TryDequeue(out var begin)) return;
        _workers[worker] = (waiting, true);
        begin();
    }

    /// <summary>Aggregators add into the buffers that they are given.</summary>
    private static GradientBuffer CopyOf(GradientBuffer gradient)
    {
        var copy = new GradientBuffer(gradient.Length);
        copy.Mark(0, gradient.Length);
        gradient.Span.CopyTo(copy.Span);
        return copy;
    }
}
