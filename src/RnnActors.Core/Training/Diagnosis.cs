using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Problems;
using RnnActors.Core.Sharding;

namespace RnnActors.Core.Training;

/// <summary>Finds the shard that caused a loss or gradient that is not finite.</summary>
public static class Diagnosis
{
    /// <summary>
    /// Describes the shard and rows of a loss that is not finite. Where all losses are finite, it searches the first shard whose gradient is not.
    /// </summary>
    /// <param name="state">The state before the step.</param>
    /// <param name="brokenLoss">The shard whose loss is not finite; null where all are.</param>
    /// <param name="rows">The batch's rows in the dataset.</param>
    public static NonFiniteException NonFinite(TrainingJob job, TrainingState state, int? brokenLoss, int[] rows)
    {
        var plan = new ShardPlan(rows.Length, job.Training.Shards);
        NonFiniteException At(string what, int? shard)
        {
            var range = shard is { } number ? plan.RowsOf(number) : default;
            return new NonFiniteException(what, state.Progress.Step + 1, shard, rows[range.First..(range.First + range.Count)]);
        }

        if (brokenLoss is { } broken) return At("loss", broken);
        var one = new ShardComputation(job.Model, job.Training, job.Data, 1);
        one.Prepare(state.Parameters.Memory);
        var gradient = new GradientBuffer(job.Model.Layout.Length);
        double[] norms = new double[SquaredNorm.Blocks(gradient.Length)];
        for (int shard = 0; shard < job.Training.Shards; shard++)
        {
            var range = plan.RowsOf(shard);
            var carried = state.Carried.Length == 0 ? default : state.Carried.AsMemory(range.First * job.Model.StateWidth, range.Count * job.Model.StateWidth);
            var node = new ShardRange(shard, 1);
            one.Compute(new ShardStep(state.Progress.Step, rows, node, carried), [node], [gradient], []);
            SquaredNorm.Compute(gradient.Span, norms);
            if (!double.IsFinite(SquaredNorm.Total(norms))) return At("gradient", shard);
        }

        return At("gradient", null);
    }
}
