using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>
/// Marks a signal whose values are rows of an embedding's weight. What a layer above computes of each value by itself can then be computed once per token, to
/// the same bits. While training, such a layer may sum its gradients for each token of a shard before it multiplies them. That takes fewer products but gives
/// other bits, so it is decided by the size of the shards alone.
/// </summary>
/// <param name="tokens">(T, B).</param>
/// <param name="vocabulary">V.</param>
/// <param name="features">F.</param>
/// <param name="capacity">The most rows of a pass where summing a shard's gradients per token first pays; 0 where it does not.</param>
internal sealed class TokenLookup(SignalBuffer tokens, int vocabulary, int features, int capacity = 0)
{
    /// <summary>
    /// The tokens of consecutive shards, by the first row of these shards. (Shards without rows come last.) There are few different first rows, nearly always
    /// the same in every step.
    /// </summary>
    private readonly ShardTokens?[] _shards = new ShardTokens?[capacity + 1];

    public int Vocabulary => vocabulary;

    public ReadOnlySpan<int> Tokens => tokens.Tokens;

    /// <summary>(V, F): the embedding's weight, of the current parameters.</summary>
    public ReadOnlyMemory<float> Vectors { get; set; }

    /// <summary>Whether the signal's values are not written: its reader uses <see cref="CopyTo"/> where it needs them.</summary>
    public bool SkipsValues { get; private set; }

    /// <summary>Whether the signal's reader gives gradients summed per token and shard.</summary>
    public bool HasShardGradients { get; private set; }

    /// <summary>Called by the signal's reader: its values need not be written.</summary>
    public void SkipValues() => SkipsValues = true;

    /// <summary>Writes the vectors of some tokens.</summary>
    /// <param name="values">(count, F).</param>
    public void CopyTo(ReadOnlySpan<int> of, Span<float> values)
    {
        ReadOnlySpan<float> vectors = Vectors.Span;
        for (int i = 0; i < of.Length; i++) vectors.Slice(of[i] * features, features).CopyTo(values.Slice(i * features, features));
    }

    /// <summary>Called by the signal's reader. If true, it must give every shard's <see cref="ShardTokensOf"/> instead of the signal's gradient.</summary>
    public bool TakeShardGradients() => HasShardGradients = capacity > 0;

    /// <summary>The tokens of some consecutive shards and their gradients, as the layer above last wrote them.</summary>
    public ShardTokens ShardTokensOf(ReadOnlySpan<ShardRows> shards) => _shards[shards[0].First] ??= new ShardTokens(vocabulary, features);
}
