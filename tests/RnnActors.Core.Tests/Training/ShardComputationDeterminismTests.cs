using CsCheck;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Tests.Sharding;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

/// <summary>Gradients, losses and carried states of a batch are the same bits however its shards are divided among workers, and theirs into rounds.</summary>
public class ShardComputationDeterminismTests
{
    public static TheoryData<string> Kinds => [.. TestJobs.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_contiguous_parts_of_the_shards_give_the_same_bits(string kind)
    {
        var job = TestJobs.Create(kind);
        (from shards in Gen.Int[1, 9]
         from cuts in Gen.Bool.Array[shards]
         from rows in job.Data.Streams > 0 ? Gen.Const(job.Data.Streams) : Gen.Int[1, job.Data.Rows]
         from batch in Gen.Shuffle(Enumerable.Range(0, job.Data.Rows).ToArray())
         from spare in Gen.Int[0, 2]
         from roundRows in Gen.Int[1, 12]
         from halvings in Gen.Int[0, 4]
         from seed in Gen.UInt[1, 1000]
         select (shards, cuts, batch[..rows], spare, roundRows, halvings, seed)).Sample(
            (shards, cuts, batch, spare, roundRows, halvings, seed) =>
            {
                var training = job.Training with { Batch = batch.Length, Shards = shards };
                var whole = Compute(job with { Training = training }, batch, [new ShardRange(0, shards)], spare: 0, batch.Length, halvings, seed);
                var parts = Compute(job with { Training = training }, batch, Partition.Of(cuts), spare, roundRows, halvings, seed);
                SameBits.Assert(whole.Gradient, parts.Gradient);
                SameBits.Assert(whole.FinalState, parts.FinalState);
                Assert.Equal(whole.Loss, parts.Loss);
            },
            iter: 40, threads: 1);
    }

    /// <summary>What a worker computed before leaves no trace: other rows, other parts, with a state or without.</summary>
    [Fact]
    public void A_used_computation_gives_the_same_bits_as_a_new_one()
    {
        var job = TestJobs.Create("streams");
        var all = new ShardRange(0, job.Training.Shards);
        AlignedBuffer parameters = job.Model.CreateParameters(1), other = job.Model.CreateParameters(2);
        GradientBuffer gradient = new(parameters.Length), expected = new(parameters.Length);
        var step = new ShardStep(4, new[] { 3, 7, 11, 15, 19, 23 }, all, default);
        var fresh = new ShardComputation(job.Model, job.Training, job.Data, job.Training.Shards);
        fresh.Prepare(parameters.Memory);
        var right = fresh.Compute(step, [all], [expected], [])[0];

        var used = new ShardComputation(job.Model, job.Training, job.Data, job.Training.Shards);
        used.Prepare(other.Memory);
        float[] state = Pseudorandom.Floats(6 * job.Model.StateWidth, 3);
        used.Compute(new ShardStep(3, new[] { 0, 4, 8, 12, 16, 20 }, all, state), [all], [gradient], state);
        used.Compute(new ShardStep(3, new[] { 0, 4 }, all, default), [all], [gradient], []);
        used.Prepare(parameters.Memory);
        var result = used.Compute(step, [all], [gradient], [])[0];
        SameBits.Assert(expected.Span, gradient.Span);
        Assert.Equal(right.Loss, result.Loss);
    }

    [Fact]
    public void The_gaps_between_parameters_stay_zero()
    {
        var job = TestJobs.Create("lstm");
        float[] gradient = Compute(job, [0, 1, 2, 3, 4, 5], [new ShardRange(0, 2), new ShardRange(2, 3)], 0, 2, 1, 1).Gradient;
        foreach (var slot in job.Model.Layout.Slots) gradient.AsSpan(slot.Offset, slot.Length).Clear();
        Assert.All(gradient, gap => Assert.Equal(0, gap));
    }

    /// <summary>Each part on a worker of its own, and the tree above them.</summary>
    private static (float[] Gradient, float[] FinalState, LossSum Loss) Compute(TrainingJob job, int[] batch, IReadOnlyList<ShardRange> parts, int spare,
        int roundRows, int halvings, uint seed)
    {
        var (training, model) = (job.Training, job.Model);
        var plan = new ShardPlan(batch.Length, training.Shards);
        int width = job.Data.Streams > 0 ? model.StateWidth : 0;
        float[] state = Pseudorandom.Floats(batch.Length * width, seed), finalState = new float[state.Length];
        var gradients = new TreeNodes<GradientBuffer>(training.Shards);
        var losses = new TreeNodes<LossSum>(training.Shards);
        foreach (var part in parts)
        {
            var worker = new ShardComputation(model, training, job.Data, Math.Min(training.Shards, part.Count + spare), roundRows, halvings);
            worker.Prepare(model.CreateParameters(seed).Memory);
            var rows = plan.RowsOf(part);
            var nodes = ReductionTree.Cover(part, training.Shards);
            var buffers = nodes.Select(_ => new GradientBuffer(model.Layout.Length)).ToArray();
            var step = new ShardStep(seed, batch, part, state.AsMemory(rows.First * width, rows.Count * width));
            foreach (var sum in worker.Compute(step, nodes, buffers, finalState.AsSpan(rows.First * width, rows.Count * width)))
            {
                Assert.Null(sum.NotFinite);
                gradients.Add(sum.Node, sum.Gradient);
                losses.Add(sum.Node, sum.Loss);
            }
        }

        var gradient = gradients.Fold((left, right) =>
        {
            left.Add(right, 0, left.Length);
            return left;
        });
        return (gradient.Span.ToArray(), finalState, losses.Fold((left, right) => left + right));
    }
}
