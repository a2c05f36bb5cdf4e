using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Tests;
using RnnActors.Training.Aggregation;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Aggregation;

public class SegmentSumTests
{
    private static readonly Segment Middle = new(1, 2 * SquaredNorm.BlockLength, (2 * SegmentSum.StretchLength) + 5000);

    private static readonly int Length = Middle.First + Middle.Length + 3000;

    [Fact]
    public void Parts_of_any_cut_in_any_order_given_out_twice_and_never_finished_make_the_sum_of_the_tree() =>
        (from shards in Gen.Int[1, 9]
         from cuts in Gen.Bool.Array[shards]
         from others in Gen.Bool.Array[shards]
         from seed in Gen.Int[0, 1 << 20]
         select (shards, cuts, others, seed)).Sample(sample => Check(sample.shards, sample.cuts, sample.others, new Random(sample.seed)), iter: 40);

    [Fact]
    public void What_is_here_of_all_shards_is_summed_while_the_rest_is_not()
    {
        var sum = new SegmentSum(Middle, 2);
        GradientBuffer left = Values(1), right = Values(2);
        float[] expected = [.. left.Span.ToArray().Zip(right.Span.ToArray(), (a, b) => a + b)];
        float[] untouched = left.Span.ToArray();
        double[] norms = new double[SquaredNorm.Blocks(Middle.Length)];
        SquaredNorm.Compute(expected.AsSpan(Middle.First, Middle.Length), norms);
        int upper = Middle.First + SegmentSum.StretchLength;
        var leftNode = new ShardRange(0, 1);
        sum.Add(new GradientPart(0, leftNode, left, upper, Length - upper));
        Assert.All(sum.BlockNorms, norm => Assert.Equal(0, norm));
        sum.Add(new GradientPart(0, new ShardRange(1, 1), right, 0, Length));

        int upperLength = Middle.First + Middle.Length - upper, length = upperLength;
        Assert.Same(left, sum.At(upper, ref length));
        Assert.Equal(upperLength, length);
        SameBits.Assert(expected.AsSpan(upper, length), left.Span.Slice(upper, length));
        SameBits.Assert(untouched.AsSpan(0, upper), left.Span[..upper]);
        int blocks = SegmentSum.StretchLength / SquaredNorm.BlockLength;
        Assert.Equal(norms[blocks..], sum.BlockNorms[blocks..]);
        Assert.False(sum.IsComplete);

        sum.Add(new GradientPart(0, leftNode, left, 0, upper));
        Assert.True(sum.IsComplete);
        Assert.Equal(norms, sum.BlockNorms);
    }

    [Fact]
    public void A_step_like_the_one_before_allocates_nothing()
    {
        var sum = new SegmentSum(Middle, 4);
        GradientPart[] parts = [.. from node in new[] { new ShardRange(0, 2), new ShardRange(2, 1), new ShardRange(3, 1) }
                                   let gradient = Values(node.First)
                                   from part in new (int First, int Count)[] { (20_000, Length - 20_000), (0, 20_000) }
                                   select new GradientPart(0, node, gradient, part.First, part.Count)];
        Allocations.AssertNone(() =>
        {
            foreach (var part in parts) sum.Add(part);
            Assert.True(sum.IsComplete);
            sum.Clear();
        });
    }

    private static void Check(int shards, bool[] cuts, bool[] others, Random random)
    {
        var sum = new SegmentSum(Middle, shards);
        for (int step = 0; step < 2; step++)
        {
            var tree = new TreeNodes<float[]>(shards);
            for (int shard = 0; shard < shards; shard++) tree.Add(new ShardRange(shard, 1), Values(random.Next()).Span.ToArray());
            float[] expected = tree.Fold(Plus);
            double[] norms = new double[SquaredNorm.Blocks(Middle.Length)];
            SquaredNorm.Compute(expected.AsSpan(Middle.First, Middle.Length), norms);

            var arrivals = new List<(GradientPart Part, float[] Values)>();
            Arrive(cuts, isWhole: true);
            Arrive(others, isWhole: false);
            foreach (var (part, values) in arrivals.OrderBy(_ => random.Next()).ToArray())
            {
                // What was not told of may not be read: it is not a number until then.
                values.AsSpan(part.First, part.Length).CopyTo(part.Gradient.Span[part.First..]);
                sum.Add(part);
            }

            Assert.True(sum.IsComplete);
            Assert.Equal(norms, sum.BlockNorms);
            for (int first = Middle.First, end = Middle.First + Middle.Length, length; first < end; first += length)
            {
                length = end - first;
                var gradient = sum.At(first, ref length);
                SameBits.Assert(expected.AsSpan(first, length), gradient.Span.Slice(first, length));
            }

            sum.Clear();

            void Arrive(bool[] where, bool isWhole)
            {
                foreach (var node in AnyGradients.Nodes(where))
                {
                    float[] values = tree.Fold(node, Plus);
                    var gradient = new GradientBuffer(Length);
                    gradient.Span.Fill(float.NaN);
                    for (int end = Length; end > 0;)
                    {
                        int first = Math.Max(0, end - (GradientBuffer.Alignment * random.Next(1, 40)));
                        first -= first % GradientBuffer.Alignment;
                        if (isWhole || random.Next(4) > 0) arrivals.Add((new GradientPart(step, node, gradient, first, end - first), values));
                        end = first;
                    }
                }
            }
        }
    }

    private static float[] Plus(float[] left, float[] right) => [.. left.Zip(right, (a, b) => a + b)];

    private static GradientBuffer Values(int seed) => AnyGradients.Random(seed, Length);
}
