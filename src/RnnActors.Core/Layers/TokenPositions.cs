using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>Where each token stands in the rows of some shards: a chain of positions a token, shard by shard, in each in order of steps and rows.</summary>
internal sealed class TokenPositions
{
    private const int End = -1;

    /// <summary>For each token, its first position; <see cref="End"/> where it has none.</summary>
    private readonly int[] _first;

    /// <summary>For each position, the token's next one, and the leaf that it is in.</summary>
    private readonly int[] _next, _leaf;

    private readonly int[] _touched;
    private int _count;

    /// <param name="positions">The most: steps times rows.</param>
    public TokenPositions(int vocabulary, int positions)
    {
        _first = new int[vocabulary];
        Array.Fill(_first, End);
        (_next, _leaf) = (new int[positions], new int[positions]);
        _touched = new int[Math.Min(vocabulary, positions)];
    }

    /// <summary>The tokens that have a position.</summary>
    public ReadOnlySpan<int> Touched => _touched.AsSpan(0, _count);

    /// <param name="tokens">(T, rows).</param>
    public void Fill(ReadOnlySpan<int> tokens, int rows, ReadOnlySpan<ShardRows> leaves)
    {
        foreach (int token in Touched) _first[token] = End;
        _count = 0;
        if (rows == 0) return;
        for (int leaf = leaves.Length - 1; leaf >= 0; leaf--)
        {
            for (int first = tokens.Length - rows + leaves[leaf].First; first >= 0; first -= rows)
            {
                for (int at = first + leaves[leaf].Count - 1; at >= first; at--)
                {
                    int token = tokens[at];
                    if (_first[token] == End) _touched[_count++] = token;
                    (_next[at], _leaf[at]) = (_first[token], leaf);
                    _first[token] = at;
                }
            }
        }
    }

    public int First(int token) => _first[token];

    public int Next(int position) => _next[position];

    /// <summary>Whether there is such a position and it is in that leaf.</summary>
    public bool IsIn(int position, int leaf) => position != End && _leaf[position] == leaf;
}
