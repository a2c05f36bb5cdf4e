using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

public sealed class EmbeddingLayerTests
{
    /// <summary>Zeros of both signs, numbers that cancel, and what is no number.</summary>
    private static readonly Gen<float> Values = Gen.Frequency(
        (20, Gen.Float[-1, 1]), (3, Gen.Const(0f)), (3, Gen.Const(-0f)), (3, Gen.OneOf(Gen.Const(0.5f), Gen.Const(-0.5f))),
        (1, Gen.OneOf(Gen.Const(float.NaN), Gen.Const(float.PositiveInfinity), Gen.Const(float.Epsilon))));

    private static readonly Gen<Case> Cases =
        from shards in Gen.Int[1, 9]
        from first in Gen.Int[0, shards - 1]
        from count in Gen.Int[1, shards - first]
        from batch in Gen.Int[1, 14]
        from steps in Gen.Int[1, 5]
        from vocabulary in Gen.OneOf(Gen.Int[1, 4], Gen.Int[5, 60])
        from units in Gen.Int[1, 19]
        from tokens in Gen.Int[0, vocabulary - 1].Array[batch * steps]
        from values in Values.Array[batch * steps * units]
        select new Case(shards, new ShardRange(first, count), batch, steps, vocabulary, units, tokens, values);

    /// <summary>The dense way: every shard's gradient of the whole weight, added in the reduction
    /// tree. The pass has seen other tokens and another node before.</summary>
    [Fact]
    public void The_rows_of_the_tokens_that_occur_are_summed_to_the_bits_of_the_whole_weight() => Gen.Select(Cases, Gen.ULong).Sample((made, salt) =>
    {
        var input = new SignalBuffer(made.Steps, made.Batch, Shape.Tokens(made.Vocabulary), needsGradient: false);
        var layout = new ParameterLayout();
        var slot = layout.Add("embedding.weight", made.Vocabulary, made.Units, StartingValue.Zero);
        var pass = new EmbeddingLayer(new Embedding(made.Units), new PassSetup([input], made.Batch, Training: true, 0, IsLast: false, "embedding.", layout));
        float[] gradient = new float[slot.Length], open = new float[ReductionTree.Depth(made.Shards) * pass.OpenSumLength];
        var marked = new GradientBuffer(layout.Length);
        var plan = new ShardPlan(made.Batch, made.Shards);
        foreach (bool isLast in new[] { false, true })
        {
            var node = isLast ? made.Node : new ShardRange(0, made.Shards);
            var rows = plan.RowsOf(node);
            input.Layout.Fill(rows.Count);
            var context = new PassContext(rows.Count, rows.First, true, 0, 0, false, 0);
            for (int i = 0; i < made.Steps * rows.Count; i++) input.Tokens[i] = (made.Tokens[i] + (isLast ? 0 : (int)(salt % 7))) % made.Vocabulary;
            made.Values.AsSpan(0, made.Steps * rows.Count * made.Units).CopyTo(pass.Output.Gradient);

            // A node that the tree does not have is summed as its cover, one after another.
            foreach (var part in ReductionTree.Cover(node, made.Shards))
            {
                ShardRows[] leaves =
                    [.. Enumerable.Range(part.First, part.Count).Select(plan.RowsOf).Select(shard => shard with { First = shard.First - rows.First })];
                int[] merges = new int[part.Count];
                ReductionTree.Merges(part, merges);
                Array.Fill(gradient, 7);
                pass.SumGradient(context, new SumOrder(leaves, merges), gradient, open);
                float[] expected = Dense(made, part, plan, input.Tokens, rows);
                SameBits.Assert(expected, gradient);
                pass.SumGradient(context, new SumOrder(leaves, merges), marked, open);
                SameBits.Assert(expected, marked.Span[..slot.Length]);
                if (part == new ShardRange(0, made.Shards)) continue;

                // A right half is added to what stands; the whole tree is none.
                pass.SumGradient(context, new SumOrder(leaves, merges) { AddsToTarget = true }, gradient, open);
                SameBits.Assert([.. expected.Select(sum => sum + sum)], gradient);
                pass.SumGradient(context, new SumOrder(leaves, merges) { AddsToTarget = true }, marked, open);
                SameBits.Assert(gradient, marked.Span[..slot.Length]);
            }
        }
    });

    [Fact]
    public void Rows_of_tokens_that_do_not_occur_are_known_to_be_zero()
    {
        var input = new SignalBuffer(1, 2, Shape.Tokens(50), needsGradient: false);
        var layout = new ParameterLayout();
        layout.Add("embedding.weight", 50, 16, StartingValue.Zero);
        var pass = new EmbeddingLayer(new Embedding(16), new PassSetup([input], 2, Training: true, 0, IsLast: false, "embedding.", layout));
        var gradient = new GradientBuffer(layout.Length);
        ShardRows[] leaves = [new(0, 2)];
        foreach (int first in new[] { 7, 20 })
        {
            (input.Tokens[0], input.Tokens[1]) = (first, 3);
            pass.SumGradient(new PassContext(2, 0, true, 0, 0, false, 0), new SumOrder(leaves, [0]), gradient, []);
            Assert.Equal((1UL << first) | (1UL << 3), gradient.Marks.Span[0] & ((1UL << 50) - 1));
        }
    }

    private static float[] Dense(Case made, ShardRange node, ShardPlan plan, ReadOnlySpan<int> tokens, ShardRows pass)
    {
        if (node.Count > 1)
        {
            (ShardRange left, ShardRange right) = ReductionTree.Split(node);
            return [.. Dense(made, left, plan, tokens, pass).Zip(Dense(made, right, plan, tokens, pass), (a, b) => a + b)];
        }

        float[] gradient = new float[made.Vocabulary * made.Units];
        var shard = plan.RowsOf(node.First);
        for (int t = 0; t < made.Steps; t++)
        {
            for (int row = shard.First - pass.First; row < shard.First - pass.First + shard.Count; row++)
            {
                int at = (t * pass.Count) + row;
                for (int unit = 0; unit < made.Units; unit++) gradient[(tokens[at] * made.Units) + unit] += made.Values[(at * made.Units) + unit];
            }
        }

        return gradient;
    }

    private sealed record Case(int Shards, ShardRange Node, int Batch, int Steps, int Vocabulary, int Units, int[] Tokens, float[] Values);
}
