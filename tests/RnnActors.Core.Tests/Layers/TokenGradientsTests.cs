using CsCheck;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Tests.Kernels.Products;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

[Collection(VectorWidthTests.Name)]
public sealed class TokenGradientsTests
{
    private static readonly Gen<Case> Cases =
        from shards in Gen.Int[1, 6]
        from rows in Gen.Int[0, 9]
        from steps in Gen.Int[1, 5]
        from vocabulary in Gen.Int[1, 9]
        from width in Gen.OneOf(Gen.Int[1, 20], Gen.Int[60, 130])
        from features in Gen.OneOf(Gen.Int[1, 20], Gen.Int[90, 110])
        from seed in Gen.UInt[1, 1000]
        select new Case(shards, rows, steps, vocabulary, width, features, seed);

    public static TheoryData<VectorWidth> Widths => MatMulTests.Widths;

    /// <summary>Element by element: the sums over a token's places in order of steps and rows, the products
    /// over all tokens and over all gates in their order, shard by shard into the tree.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Sums_and_products_are_those_of_plain_loops_to_the_bit(VectorWidth vectorWidth) => Cases.Sample(
        made =>
        {
            var (shards, rows, steps, vocabulary, width, features, seed) = made;
            var tokens = new SignalBuffer(steps, Math.Max(1, rows), Shape.Tokens(vocabulary), needsGradient: false);
            for (int i = 0; i < tokens.Tokens.Length; i++) tokens.Tokens[i] = (int)((seed * (uint)i * 2654435761u) >> 16) % vocabulary;
            float[] vectors = Pseudorandom.Floats(vocabulary * features, seed), gates = Pseudorandom.Floats(steps * rows * width, seed + 1),
                weight = Pseudorandom.Floats(width * features, seed + 2);
            ShardRows[] leaves = [.. Enumerable.Range(0, shards).Select(new ShardPlan(rows, shards).RowsOf)];
            int[] merges = new int[shards];
            ReductionTree.Merges(new ShardRange(0, shards), merges);

            bool Has(int leaf, int token) =>
                Enumerable.Range(0, steps).Any(t => tokens.Tokens.Slice((t * rows) + leaves[leaf].First, leaves[leaf].Count).Contains(token));

            float SumOf(int leaf, int token, int gate)
            {
                float sum = 0;
                for (int t = 0; t < steps; t++)
                    for (int row = leaves[leaf].First; row < leaves[leaf].First + leaves[leaf].Count; row++)
                        if (tokens.Tokens[(t * rows) + row] == token) sum += gates[(((t * rows) + row) * width) + gate];
                return sum;
            }

            float Node(ShardRange node, Func<int, float> leafSum)
            {
                if (node.Count == 1) return leafSum(node.First);
                var (left, right) = ReductionTree.Split(node);
                return Node(left, leafSum) + Node(right, leafSum);
            }

            float[][][] sums = [.. Enumerable.Range(0, shards)
                .Select(leaf => Enumerable.Range(0, vocabulary).Select(v => Enumerable.Range(0, width).Select(g => SumOf(leaf, v, g)).ToArray()).ToArray())];
            float[] expected = [.. Enumerable.Range(0, width * features).Select(at => Node(new ShardRange(0, shards), leaf =>
            {
                float sum = 0;
                for (int v = 0; v < vocabulary; v++) sum = MathF.FusedMultiplyAdd(sums[leaf][v][at / features], vectors[(v * features) + (at % features)], sum);
                return sum;
            }))];
            float[] OfVectors(int leaf, float[] start) => [.. Enumerable.Range(0, vocabulary * features).Select(at =>
            {
                float sum = start[at];
                for (int g = 0; g < width; g++) sum = MathF.FusedMultiplyAdd(sums[leaf][at / features][g], weight[(g * features) + (at % features)], sum);
                return sum;
            })];

            var before = Vectors.Width;
            Vectors.Width = vectorWidth;
            try
            {
                var lookup = new TokenLookup(tokens, vocabulary, features, Math.Max(1, rows)) { Vectors = vectors };
                Assert.True(lookup.TakeShardGradients());
                var packed = new PackedMatrix(width, features);
                packed.Pack(weight);
                var gradients = new TokenGradients(lookup, width);
                float[] gradient = Pseudorandom.Floats(width * features, seed + 3), standing = Pseudorandom.Floats(width * features, seed + 4),
                    spare = Pseudorandom.Floats((int)(seed * 7), 5);
                gradients.Sum(new SumOrder(leaves, merges), tokens.Layout, gates, width, packed, gradient, adds: false, spare);
                SameBits.Assert(expected, gradient);
                float[][] ofVectors = [.. leaves.Select((shard, leaf) => shard.Count == 0 ? [] : OfVectors(leaf, new float[vocabulary * features]))];
                AssertGradients(ofVectors);

                // Another direction's are added to what the first one gave, and a right half of the tree to its left.
                standing.CopyTo(gradient, 0);
                gradients.Sum(new SumOrder(leaves, merges) { AddsToTarget = true }, tokens.Layout, gates, width, packed, gradient, adds: true, []);
                SameBits.Assert([.. standing.Zip(expected, (a, b) => a + b)], gradient);
                AssertGradients([.. ofVectors.Select((first, leaf) => leaves[leaf].Count == 0 ? [] : OfVectors(leaf, first))]);

                void AssertGradients(float[][] ofShards)
                {
                    for (int leaf = 0; leaf < shards; leaf++)
                    {
                        for (int v = 0; v < vocabulary; v++)
                            if (Has(leaf, v)) SameBits.Assert(ofShards[leaf].AsSpan(v * features, features), lookup.ShardTokensOf(leaves).GradientOf(leaf, v));
                    }
                }
            }
            finally
            {
                Vectors.Width = before;
            }
        },
        iter: 30, threads: 1);

    /// <summary>It is the whole batch's shards that count, and who reads the embedding: where the
    /// gradient of each place is computed, it stands in the embedding's signal.</summary>
    [Theory]
    [InlineData(3, 2, false, true)]
    [InlineData(4, 2, false, false)]
    [InlineData(3, 1, false, false)]
    [InlineData(3, 0, false, false)]
    [InlineData(3, 2, true, false)]
    public void Gradients_are_summed_by_token_where_a_shard_has_two_places_for_each(int vocabulary, int shardRows, bool hasDropout, bool isByToken)
    {
        IReadOnlyList<LayerSpec> between = hasDropout ? [new Dropout(0.1)] : [];
        var model = new Model(new ModelSpec([new Embedding(4), .. between, new Lstm(5), new Dense(1)]), Shape.Tokens(vocabulary));
        var replica = new Replica(model, steps: 3, capacity: 4, training: true, shardRows: shardRows);
        var context = new PassContext(4, 0, true, 0, 0, false, model.StateWidth);
        float[] gradient = new float[model.Layout.Length];
        replica.Prepare(model.CreateParameters(1).Memory);
        replica.Forward(context, [], []);
        replica.Output.Gradient.Fill(1);
        replica.Backward(context, []);
        replica.ComputeGradient(context, new ShardRows(0, 4), gradient);
        Assert.Equal(isByToken, !replica.Layers[0].Output.Gradient.ContainsAnyExcept(0f));
        Assert.True(gradient.AsSpan(0, 4).ContainsAnyExcept(0f));
    }

    private sealed record Case(int Shards, int Rows, int Steps, int Vocabulary, int Width, int Features, uint Seed);
}
