using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>The workers of a process: each does one thing after another, in its own time, with the parameters that are there when it begins.</summary>
internal sealed class WorkerShell(World world, Life life, SimulatedJob job)
{
    private readonly Dictionary<WorkerId, (Queue<Action> Waiting, bool IsBusy)> _workers = [];

    /// <summary>Given its gradients, then its answer.</summary>
    public delegate void Answered(IReadOnlyList<GradientPart> parts, ShardsComputed answer);

    public void Compute(
        long step, ReadOnlyMemory<int> rows, ReadOnlyMemory<float> carried, ShardOrder order, Func<ReadOnlyMemory<float>> parameters, Answered answered,
        Action<ShardsLost> lost)
    {
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
                if (fails)
                {
                    world.Log?.Add($"{world.Timeline.Now} {life} runs out of memory at {order}");
                    lost(new ShardsLost(step, order, "out of memory"));
                    return;
                }

                GradientPart[] parts =
                    [.. made.Losses.Select((loss, i) => new GradientPart(step, loss.TreeNode, CopyOf(made.Gradients[i]), 0, made.Gradients[i].Length))];
                if (life.Machine.Lies && parts.Length > 0) parts[0].Gradient.Span[0] += 0.001f;
                answered(parts, new ShardsComputed(step, order, made.Losses, made.FinalState.ToArray(), took.TotalSeconds));
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
                if (fails) lost(new ShardsLost(step, order, "out of memory"));
                else answered(new ShardsEvaluated(step, order, losses, took.TotalSeconds));
            }
        }
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
