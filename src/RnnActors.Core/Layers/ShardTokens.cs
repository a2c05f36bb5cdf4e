using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>The distinct tokens of some consecutive shards and the gradients of their vectors. Each shard's tokens are numbered in ascending order, after those
/// of the shards before it.</summary>
/// <param name="features">F.</param>
internal sealed class ShardTokens(int vocabulary, int features)
{
    private const int Absent = -1;

    private int[] _numbers = [], _tokens = [];
    private ShardRows[] _shards = [];
    private AlignedBuffer _gradients = new(0);
    private int _shardCount, _count;

    /// <summary>For each shard, the range of its tokens' numbers.</summary>
    public ReadOnlySpan<ShardRows> Shards => _shards.AsSpan(0, _shardCount);

    /// <summary>The tokens by number.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>(numbers, F); uninitialised until the layer above writes it.</summary>
    public Span<float> Gradients => _gradients.Span;

    /// <param name="tokens">(positions).</param>
    /// <param name="index">The positions of all leaves.</param>
    /// <param name="leaves">For each leaf, its run of the index.</param>
    public void Fill(ReadOnlySpan<int> tokens, ReadOnlySpan<int> index, ReadOnlySpan<ShardRows> leaves)
    {
        if (_shards.Length < leaves.Length) Grow(leaves.Length);
        (_shardCount, _count) = (leaves.Length, 0);
        Array.Fill(_numbers, Absent);
        for (int leaf = 0; leaf < leaves.Length; leaf++)
        {
            Span<int> numbers = NumbersOf(leaf);
            foreach (int at in index.Slice(leaves[leaf].First, leaves[leaf].Count)) numbers[tokens[at]] = 0;
            int first = _count;
            for (int token = 0; token < vocabulary; token++)
            {
                if (numbers[token] == Absent) continue;
                numbers[token] = _count;
                _tokens[_count++] = token;
            }

            _shards[leaf] = new ShardRows(first, _count - first);
        }
    }

    /// <summary>(V): the number of each token that the shard has.</summary>
    public Span<int> NumbersOf(int leaf) => _numbers.AsSpan(leaf * vocabulary, vocabulary);

    /// <summary>(F): the gradient of a token's vector; the shard must have the token.</summary>
    public ReadOnlySpan<float> GradientOf(int leaf, int token) => _gradients.Span.Slice(_numbers[(leaf * vocabulary) + token] * features, features);

    /// <summary>Allocates the most that so many shards can need, so that later steps allocate nothing.</summary>
    private void Grow(int shards)
    {
        _shards = new ShardRows[shards];
        _numbers = new int[checked(shards * vocabulary)];
        _tokens = new int[_numbers.Length];
        _gradients = new AlignedBuffer(checked(_numbers.Length * features));
    }
}
