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
    /// <summary>The shards' gradients, the first rows of those that are given, and for each row which of them begins there, if it is one.</summary>
    private readonly List<AlignedBuffer> _gradients = [];
    private readonly int[] _firsts = new int[capacity], _places = new int[capacity];
    private int _given;

    public int Vocabulary => vocabulary;

    public ReadOnlySpan<int> Tokens => tokens.Tokens;

    /// <summary>(V, F): the rows, those of the parameters at hand.</summary>
    public ReadOnlyMemory<float> Vectors { get; set; }

    /// <summary>Whether who reads the signal has said that it gives the gradients of whole shards.</summary>
    public bool HasShardGradients { get; private set; }

    /// <summary>Asked by who reads the signal: true where it is to give <see cref="GradientOf"/> each shard, and no gradient of the signal.</summary>
    public bool TakeShardGradients() => HasShardGradients = capacity > 0;

    /// <summary>Another pass begins: no gradients are given.</summary>
    public void Begin() => _given = 0;

    /// <summary>(V, F): the gradient with respect to <see cref="Vectors"/> over one shard's rows, of which there is one at least; any content before it is given.</summary>
    public Span<float> GradientOf(ShardRows shard)
    {
        int place = _places[shard.First];
        if (place >= _given || _firsts[place] != shard.First)
        {
            place = _places[shard.First] = _given++;
            _firsts[place] = shard.First;
            if (place == _gradients.Count) _gradients.Add(new AlignedBuffer(checked(vocabulary * features)));
        }

        return _gradients[place].Span;
    }
}
