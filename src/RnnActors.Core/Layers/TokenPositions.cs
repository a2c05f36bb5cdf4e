using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>The positions of each token in the rows of some shards: a linked list per token, by shard, step and row.</summary>
internal sealed class TokenPositions
{
    private const int End = -1;

    /// <summary>For each token, its first position; <see cref="End"/> where it does not occur.</summary>
    private readonly int[] _first;

    /// <summary>For each position, the token's next one, and the leaf that it belongs to.</summary>
    private readonly int[] _next, _leaf;

    private readonly int[] _touched;
    private int _count;

    /// <param name="positions">The most positions.</param>
    public TokenPositions(int vocabulary, int positions)
    {
        _first = new int[vocabulary];
        Array.Fill(_first, End);
        (_next, _leaf) = (new int[positions], new int[positions]);
        _touched = new int[Math.Min(vocabulary, positions)];
    }

    /// <summary>The tokens that occur.</summary>
    public ReadOnlySpan<int> Touched => _touched.AsSpan(0, _count);

    /// <param name="tokens">(positions).</param>
    /// <param name="index">The positions of all leaves, each leaf's in order.</param>
    /// <param name="leaves">For each leaf, its run of the index.</param>
    public void Fill(ReadOnlySpan<int> tokens, ReadOnlySpan<int> index, ReadOnlySpan<ShardRows> leaves)
    {
        foreach (int token in Touched) _first[token] = End;
        _count = 0;
        for (int leaf = leaves.Length - 1; leaf >= 0; leaf--)
        {
            for (int i = leaves[leaf].First + leaves[leaf].Count - 1; i >= leaves[leaf].First; i--)
            {
                int at = index[i], token = tokens[at];
                if (_first[token] == End) _touched[_count++] = token;
                (_next[at], _leaf[at]) = (_first[token], leaf);
                _first[token] = at;
            }
        }
    }

    public int First(int token) => _first[token];

    public int Next(int position) => _next[position];

    /// <summary>Whether the position is not <see cref="End"/> and belongs to the leaf.</summary>
    public bool IsIn(int position, int leaf) => position != End && _leaf[position] == leaf;
}
