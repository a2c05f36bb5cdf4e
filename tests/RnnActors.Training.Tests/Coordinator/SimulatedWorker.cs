using RnnActors.Core.Kernels;
using RnnActors.Core.Losses;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>Plays a shard worker: computes really, and writes over the buffers that it handed over as soon as it is given work again.</summary>
internal sealed class SimulatedWorker(WorkerId id, TrainingJob job, TrainingState state)
{
    private readonly ShardComputation _computation = new(job.Model, job.Training, job.Data, job.Training.Shards);
    private readonly List<AlignedBuffer> _gradients = [];

    public (IReadOnlyList<GradientPartial> Partials, ShardsComputed Answer) Compute(ShardStep step)
    {
        _computation.Prepare(state.Parameters.Memory);
        var nodes = ReductionTree.Cover(step.Shards, job.Training.Shards);
        while (_gradients.Count < nodes.Count) _gradients.Add(new AlignedBuffer(job.Model.Layout.Length));
        foreach (var gradient in _gradients) Poison(gradient);
        float[] finalState = new float[step.InitialState.Length];
        var sums = _computation.Compute(step, nodes, _gradients, finalState);
        return (
            [.. sums.Select(sum => new GradientPartial(step.Step, sum.Node, sum.Gradient))],
            new ShardsComputed(id, step.Step, step.Shards, [.. sums.Select(sum => new NodeLoss(sum.Node, sum.Loss, sum.NotFinite))], finalState));
    }

    public ShardsEvaluated Evaluate(AssignedEvaluation order)
    {
        var evaluation = new Evaluation(job.Model, job.Training, job.Validation!);
        evaluation.Prepare(state.Parameters.Memory);
        LossSum[] losses = [.. Enumerable.Range(order.Shards.First, order.Shards.Count).Select(shard => evaluation.Evaluate(shard))];
        return new ShardsEvaluated(id, order.Step, order.Shards, losses);
    }

    /// <summary>The gaps between the parameters stay zero, as the worker's own do.</summary>
    private void Poison(AlignedBuffer gradient)
    {
        foreach (var slot in job.Model.Layout.Slots) gradient.Span.Slice(slot.Offset, slot.Length).Fill(float.NaN);
    }

    /// <param name="Step">Of the validation.</param>
    internal readonly record struct AssignedEvaluation(long Step, ShardRange Shards);
}
