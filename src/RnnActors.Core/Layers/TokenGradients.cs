using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>
/// The gradients of a recurrent layer's input weight and of the embedding below it. The gates' gradients are first summed for each token of a shard, in order
/// of steps and rows, and then multiplied. With g(v) the sum over the positions of token v and e(v) its vector, the weight's gradient is Σ g(v)·e(v)ᵀ and that
/// of e(v) is Wᵀ·g(v).
/// </summary>
/// <param name="width">gates · H.</param>
internal sealed class TokenGradients(TokenLookup lookup, int width)
{
    private AlignedBuffer _sums = new(0), _vectors = new(0);

    /// <summary>The most floats that the sums of so many shards take.</summary>
    public int LengthFor(int shards) => checked(lookup.Vocabulary * shards * width);

    /// <param name="gates">(positions, gates · H), rows <paramref name="stride"/> apart: the gates' gradients.</param>
    /// <param name="weight">(gates · H, F), packed.</param>
    /// <param name="gradient">(gates · H, F): the input weight's gradient.</param>
    /// <param name="adds">Whether to add to the embedding's gradients, which another layer has already written.</param>
    /// <param name="spare">Free memory.</param>
    public void Sum(SumOrder order, SequenceLayout layout, ReadOnlySpan<float> gates, int stride, PackedMatrix weight, Span<float> gradient, bool adds,
        Span<float> spare)
    {
        var found = lookup.ShardTokensOf(order.Leaves);
        var index = layout.IndexOf(order.Leaves, out var runs);
        found.Fill(lookup.Tokens, index, runs);
        int count = found.Tokens.Length, features = weight.N, max = LengthFor(order.Leaves.Length);
        if (spare.Length < max && _sums.Length < max) _sums = new AlignedBuffer(max);
        if (_vectors.Length < found.Gradients.Length) _vectors = new AlignedBuffer(found.Gradients.Length);
        Span<float> sums = (spare.Length < max ? _sums.Span : spare)[..(count * width)], vectors = _vectors.Span;
        SumPlaces(index, runs, gates, stride, found, sums);
        MatMul.Multiply(sums, width, count, weight, found.Gradients, features, adds);
        lookup.CopyTo(found.Tokens, vectors);
        var tokens = new SumOrder(found.Shards, order.Merges) { AddsToTarget = order.AddsToTarget };
        MatMul.SumTransposed(tokens, sums, width, sums.Length, 1, width, new JointOperand(vectors, features, vectors.Length, features, 0, 1, gradient), default,
            []);
    }

    /// <param name="sums">(numbers, gates · H), overwritten.</param>
    private void SumPlaces(ReadOnlySpan<int> index, ReadOnlySpan<ShardRows> leaves, ReadOnlySpan<float> gates, int stride, ShardTokens found, Span<float> sums)
    {
        var work = new Summing(index, leaves, gates, stride, lookup.Tokens, found, sums, width);
        ThreadTeam.Run(ref work, (long)index.Length * width, ThreadTeam.MinElements);
    }

    private readonly ref struct Summing(
        ReadOnlySpan<int> index, ReadOnlySpan<ShardRows> leaves, ReadOnlySpan<float> gates, int stride, ReadOnlySpan<int> tokens, ShardTokens found,
        Span<float> sums, int width) : ITeamWork
    {
        private readonly ReadOnlySpan<int> _index = index;
        private readonly ReadOnlySpan<ShardRows> _leaves = leaves;
        private readonly ReadOnlySpan<float> _gates = gates;
        private readonly ReadOnlySpan<int> _tokens = tokens;
        private readonly Span<float> _sums = sums;

        /// <summary>Sums some columns.</summary>
        public void Compute(int part, int parts)
        {
            var (first, count) = ThreadTeam.PartOf(width, Vectors.WidestPanel, part, parts);
            for (int at = first; at < _sums.Length; at += width) _sums.Slice(at, count).Clear();
            for (int leaf = 0; leaf < _leaves.Length; leaf++)
            {
                ReadOnlySpan<int> numbers = found.NumbersOf(leaf);
                foreach (int at in _index.Slice(_leaves[leaf].First, _leaves[leaf].Count))
                    Add.Into(_sums.Slice((numbers[_tokens[at]] * width) + first, count), _gates.Slice((at * stride) + first, count));
            }
        }
    }
}
