using RnnActors.Core.Kernels;

namespace RnnActors.Core.Layers;

/// <summary>
/// Where a signal's values are rows of one matrix, one for each token: then what a layer above computes of each value by itself can be computed once for each token, to the same bits. While training,
/// the gradients of such a layer may be summed for each token of a shard before they are multiplied: fewer products, and other bits, so that it is a matter of the shards' size alone whether they are.
/// </summary>
/// <param name="tokens">(T, B).</param>
/// <param name="vocabulary">V.</param>
/// <param name="features">F.</param>
/// <param name="capacity">The most rows of a pass where it pays to sum a shard's gradients for each token first; 0 where it does not.</param>
internal sealed class TokenLookup(SignalBuffer tokens, int vocabulary, int features, int capacity = 0)
{
    /// <summary>Of the shard that begins with the row; the rows that shards begin with are few, and nearly always the same.</summary>
    private readonly AlignedBuffer?[] _gradients = new AlignedBuffer?[capacity];

    public int Vocabulary => vocabulary;

    public ReadOnlySpan<int> Tokens => tokens.Tokens;

    /// <summary>(V, F): the rows, those of the parameters at hand.</summary>
    public ReadOnlyMemory<float> Vectors { get; set; }

    /// <summary>Whether who reads the signal has said that it gives the gradients of whole shards.</summary>
    public bool HasShardGradients { get; private set; }

    /// <summary>Asked by who reads the signal: true where it is to give <see cref="GradientOf"/> each shard, and no gradient of the signal.</summary>
    public bool TakeShardGradients() => HasShardGradients = capacity > 0;

    /// <summary>(V, F): the gradient with respect to <see cref="Vectors"/> over one shard's rows, of which there is one at least; any content before it is given.</summary>
    public Span<float> GradientOf(ShardRows shard) => (_gradients[shard.First] ??= new AlignedBuffer(checked(vocabulary * features))).Span;
}
