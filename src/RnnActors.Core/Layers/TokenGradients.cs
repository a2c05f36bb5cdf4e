using RnnActors.Core.Kernels;

namespace RnnActors.Core.Layers;

/// <summary>
/// The gradients of a recurrent layer's input weight and of the embedding below it: the gates' gradients are summed for each token of a shard first, in order of steps and rows, and then multiplied. With
/// g(v) the sum over the places of token v and e(v) its vector, the weight's gradient is Σ g(v)·e(v)ᵀ and that of e(v) is Wᵀ·g(v).
/// </summary>
/// <param name="width">gates · H.</param>
internal sealed class TokenGradients(TokenLookup lookup, int steps, int width)
{
    private AlignedBuffer _sums = new(0);
    private ShardRows[] _leaves = [];

    /// <summary>Floats that the sums of so many shards take.</summary>
    public int LengthFor(int shards) => checked(lookup.Vocabulary * shards * width);

    /// <param name="gates">(T, rows, gates · H): their gradients.</param>
    /// <param name="weight">(gates · H, F), packed.</param>
    /// <param name="gradient">(gates · H, F): the input weight's.</param>
    /// <param name="adds">Whether another layer has written the embedding's gradients already, to which these are added.</param>
    /// <param name="spare">Memory that may be written over.</param>
    public void Sum(SumOrder order, int rows, ReadOnlySpan<float> gates, PackedMatrix weight, Span<float> gradient, bool adds, Span<float> spare)
    {
        int leaves = order.Leaves.Length, vocabulary = lookup.Vocabulary, features = weight.N, length = LengthFor(leaves);
        if (spare.Length < length && _sums.Length < length) _sums = new AlignedBuffer(length);
        if (_leaves.Length < leaves) _leaves = [.. Enumerable.Range(0, leaves).Select(leaf => new ShardRows(leaf, 1))];
        Span<float> sums = spare.Length < length ? _sums.Span[..length] : spare[..length];
        sums.Clear();
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            var shard = order.Leaves[leaf];
            if (shard.Count == 0) continue;
            for (int t = 0; t < steps; t++)
            {
                for (int at = (t * rows) + shard.First; at < (t * rows) + shard.First + shard.Count; at++)
                    Add.Into(sums.Slice(((lookup.Tokens[at] * leaves) + leaf) * width, width), gates.Slice(at * width, width));
            }

            MatMul.Multiply(sums[(leaf * width)..], leaves * width, vocabulary, weight, lookup.GradientOf(shard), features, adds);
        }

        // The tokens are the groups, of which each shard has a row; the vectors are the same for all of them.
        var tokens = new SumOrder(_leaves.AsSpan(0, leaves), order.Merges) { AddsToTarget = order.AddsToTarget };
        var vectors = new JointOperand(lookup.Vectors.Span, 0, features, features, 0, vocabulary, gradient);
        MatMul.SumTransposed(tokens, sums, width, leaves * width, vocabulary, width, vectors, default, []);
    }
}
