using Akka.Actor;
using CsCheck;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Aggregation;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Aggregation;

public class GradientAggregatorSpecs : PatientKit
{
    private const long Step = 5;

    private readonly TrainingJob _job = AnswerKey.Create("segments");

    [Fact]
    public void Any_order_of_arrival_with_repetitions_and_stale_answers_gives_the_sum_of_the_tree()
    {
        (from shards in Gen.Int[1, 9]
         from cuts in Gen.Bool.Array[shards]
         from order in Gen.Shuffle(Enumerable.Range(0, 30).ToArray())
         from block in Gen.Int[0, 2]
         from seed in Gen.Int[0, 1 << 20]
         select (shards, cuts, order, block, seed)).Sample(Check, iter: 30, threads: 1);
    }

    [Fact]
    public void An_update_without_a_sum_and_one_of_another_step_change_nothing()
    {
        var (state, segment) = (State(1), Segment(0));
        float[] before = state.Parameters.Span.ToArray();
        var aggregator = Create(segment, 1, state);
        aggregator.Tell(new ApplyUpdate(Step, new UpdateStep(6, 0.1f)));
        aggregator.Tell(Whole(Step, new ShardRange(0, 1), Random(1)));
        ExpectMsg<SegmentSummed>();
        aggregator.Tell(new ApplyUpdate(Step - 1, new UpdateStep(5, 0.1f)));
        aggregator.Tell(new ApplyUpdate(Step + 1, new UpdateStep(7, 0.1f)));
        aggregator.Tell(new ApplyUpdate(Step, new UpdateStep(6, 0)));
        ExpectMsg(new SegmentUpdated(Step, segment));
        aggregator.Tell(new ApplyUpdate(Step, new UpdateStep(6, 0.1f)));
        aggregator.Tell(Whole(Step + 1, new ShardRange(0, 1), Random(2)));
        ExpectMsg<SegmentSummed>(summed => Assert.Equal(Step + 1, summed.Step));
        SameBits.Assert(before, state.Parameters.Span);
    }

    private static GradientPart Whole(long step, ShardRange node, GradientBuffer gradient) => new(step, node, gradient, 0, gradient.Length);

    private void Check((int Shards, bool[] Cuts, int[] Order, int Block, int Seed) sample)
    {
        var (shards, cuts, order, block, seed) = sample;
        var segment = Segment(block);
        TrainingState state = State(seed), expected = State(seed);
        ShardRange[] nodes = [.. AnyGradients.Nodes(cuts)];
        GradientBuffer[] gradients = [.. nodes.Select((_, i) => Random(seed + i))];
        var tree = new TreeNodes<float[]>(shards);
        for (int i = 0; i < nodes.Length; i++) tree.Add(nodes[i], gradients[i].Span.ToArray());
        float[] sum = tree.Fold((left, right) =>
        {
            float[] both = [.. left];
            for (int i = 0; i < both.Length; i++) both[i] += right[i];
            return both;
        });
        double[] norms = new double[1];
        SquaredNorm.Compute(sum.AsSpan(segment.First, segment.Length), norms);

        var aggregator = Create(segment, shards, state);
        foreach (int i in order.Where(i => i < nodes.Length))
        {
            aggregator.Tell(Whole(Step - 1, nodes[i], Random(1000 + i)));
            if (i % 2 == 0)
            {
                aggregator.Tell(Whole(Step, nodes[i], gradients[i]));
            }
            else
            {
                // In parts that know nothing of segments, the last one first.
                int length = gradients[i].Length, cut = 1 + ((seed + (37 * i)) % (length - 1));
                aggregator.Tell(new GradientPart(Step, nodes[i], gradients[i], cut, length - cut));
                aggregator.Tell(new GradientPart(Step, nodes[i], gradients[i], 0, cut));
            }

            aggregator.Tell(Whole(Step, nodes[i], Random(2000 + i)));
        }

        ExpectMsg<SegmentSummed>(summed =>
        {
            Assert.Equal((Step, segment), (summed.Step, summed.Segment));
            Assert.Equal(norms, summed.BlockNorms);
        });
        var update = new UpdateStep(Step + 1, 0.01f, 0.5f);
        aggregator.Tell(new ApplyUpdate(Step, update));
        ExpectMsg(new SegmentUpdated(Step, segment));

        // Its own segment is updated, the others stay.
        Span<float> Part(AlignedBuffer of) => of.Span.Slice(segment.First, segment.Length);
        _job.Training.Optimizer.Update(
            Part(expected.Parameters), sum.AsSpan(segment.First, segment.Length), Part(expected.Moments[0]), Part(expected.Moments[1]), update);
        SameState.Assert(expected, state);
        Sys.Stop(aggregator);
    }

    private IActorRef Create(Segment segment, int shards, TrainingState state) =>
        Sys.ActorOf(GradientAggregator.Props(segment, _job.Training with { Shards = shards }, state, TestActor));

    private static Segment Segment(int block) => new(block, block * SquaredNorm.BlockLength, SquaredNorm.BlockLength);

    private TrainingState State(int seed)
    {
        var state = TrainingState.Create(_job.Model, _job.Training with { Seed = (ulong)seed }, 0);
        state.Progress = state.Progress with { Step = Step };
        return state;
    }

    private GradientBuffer Random(int seed) => AnyGradients.Random(seed, _job.Model.Layout.Length);
}
