using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>
/// Marks a signal whose values are rows of one matrix, one for each token. What a layer above computes of each value by itself can then be computed once for
/// each token, to the same bits. While training, the gradients of such a layer may be summed for each token of a shard before they are multiplied. That takes
/// fewer products and gives other bits, so the shards' size alone decides whether it is done.
/// </summary>
/// <param name="tokens">(T, B).</param>
/// <param name="vocabulary">V.</param>
/// <param name="features">F.</param>
/// <param name="capacity">The most rows of a pass where it pays to sum a shard's gradients for each token first; 0 where it does not.</param>
internal sealed class TokenLookup(SignalBuffer tokens, int vocabulary, int features, int capacity = 0)
{
    /// <summary>
    /// The shards that begin with the row, or behind the last one where none of them has any. The rows that they begin with are few, and nearly always the
    /// same.
    /// </summary>
    private readonly ShardTokens?[] _shards = new ShardTokens?[capacity + 1];

    public int Vocabulary => vocabulary;

    public ReadOnlySpan<int> Tokens => tokens.Tokens;

    /// <summary>(V, F): the rows, those of the parameters at hand.</summary>
    public ReadOnlyMemory<float> Vectors { get; set; }

    /// <summary>Whether who reads the signal takes its values by <see cref="CopyTo"/>, if it needs them.</summary>
    public bool LeavesValues { get; private set; }

    /// <summary>Whether who reads the signal has said that it gives the gradients of whole shards.</summary>
    public bool HasShardGradients { get; private set; }

    /// <summary>Said by who reads the signal: its values are not to be written.</summary>
    public void LeaveValues() => LeavesValues = true;

    /// <summary>Writes the vectors of some tokens.</summary>
    /// <param name="values">(count, F).</param>
    public void CopyTo(ReadOnlySpan<int> of, Span<float> values)
    {
        ReadOnlySpan<float> vectors = Vectors.Span;
        for (int i = 0; i < of.Length; i++) vectors.Slice(of[i] * features, features).CopyTo(values.Slice(i * features, features));
    }

    /// <summary>Asked by who reads the signal: true where it is to give <see cref="ShardTokensOf"/> all shards, and no gradient of the signal.</summary>
    public bool TakeShardGradients() => HasShardGradients = capacity > 0;

    /// <summary>The tokens of some neighbouring shards and their gradients: what the layer above has last given.</summary>
    public ShardTokens ShardTokensOf(ReadOnlySpan<ShardRows> shards) => _shards[shards[0].First] ??= new ShardTokens(vocabulary, features);
}
