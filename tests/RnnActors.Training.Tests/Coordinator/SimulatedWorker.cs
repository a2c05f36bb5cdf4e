using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>Plays a shard worker: computes really, and writes over the buffers that it handed over as soon as it is given work again.</summary>
internal sealed class SimulatedWorker(TrainingJob job, AlignedBuffer parameters)
{
    private readonly ShardComputation _computation = new(job.Model, job.Training, job.Data, job.Training.Shards);
    private readonly List<GradientBuffer> _gradients = [];
    private long _step = -1;
    private int _used;

    public (IReadOnlyList<GradientPart> Partials, ShardsComputed Answer) Compute(ComputeShards work, ShardOrder order)
    {
        var rows = new ShardPlan(work.BatchRows.Length, job.Training.Shards).RowsOf(order.Shards);
        int width = work.CarriedState.IsEmpty ? 0 : job.Model.StateWidth;
        var step = new ShardStep(work.Step, work.BatchRows, order.Shards, work.CarriedState.Slice(rows.First * width, rows.Count * width));
        if (step.Step != _step) (_step, _used) = (step.Step, 0);
        _computation.Prepare(parameters.Memory);
        var nodes = ReductionTree.Cover(step.Shards, job.Training.Shards);
        while (_gradients.Count < _used + nodes.Count) _gradients.Add(new GradientBuffer(job.Model.Layout.Length));
        foreach (var gradient in _gradients.Skip(_used)) Poison(gradient);
        float[] finalState = new float[step.InitialState.Length];
        var sums = _computation.Compute(step, nodes, _gradients.GetRange(_used, nodes.Count), finalState);
        _used += nodes.Count;
        return (
            [.. sums.Select(sum => new GradientPart(step.Step, sum.Node, sum.Gradient, 0, sum.Gradient.Length))],
            new ShardsComputed(step.Step, order, [.. sums.Select(sum => new TreeNodeLoss(sum.Node, sum.Loss, sum.NotFinite))], finalState, 0.001));
    }

    /// <param name="averaged">Those of the validation; null where they are those of the steps.</param>
    public ShardsEvaluated Evaluate(long step, ShardOrder order, AlignedBuffer? averaged = null)
    {
        var evaluation = new Evaluation(job.Model, job.Training, job.Validation!);
        evaluation.Prepare((averaged ?? parameters).Memory);
        LossSum[] losses = [.. Enumerable.Range(order.Shards.First, order.Shards.Count).Select(shard => evaluation.Evaluate(shard))];
        return new ShardsEvaluated(step, order, losses, 0.001);
    }

    /// <summary>The gaps between the parameters stay zero, as the worker's own do.</summary>
    private void Poison(GradientBuffer gradient)
    {
        foreach (var slot in job.Model.Layout.Slots)
        {
            gradient.Mark(slot.Offset, slot.Length);
            gradient.Span.Slice(slot.Offset, slot.Length).Fill(float.NaN);
        }
    }
}
