using RnnActors.Core.Kernels;

namespace RnnActors.Core.Layers;

/// <summary>
/// The products of a recurrent layer's input where that is an embedding: one for each token of the vocabulary and not one for each place where it stands. A product is the same bits
/// wherever it stands, so this saves time and changes nothing.
/// </summary>
internal sealed class TokenProducts
{
    private readonly TokenLookup _lookup;
    private readonly int _width;
    private readonly AlignedBuffer _products;
    private long _seen;
    private bool _isMade;

    /// <param name="width">gates · H.</param>
    private TokenProducts(TokenLookup lookup, int width)
    {
        (_lookup, _width) = (lookup, width);
        _products = new AlignedBuffer(checked(lookup.Vocabulary * width));
    }

    /// <returns>Null where the input is no embedding, or the products of its vocabulary would take more memory than the layer's weights.</returns>
    /// <param name="units">H.</param>
    public static TokenProducts? Create(SignalBuffer input, int units, int width) =>
        input.Lookup is { } lookup && lookup.Vocabulary <= input.Features + units ? new TokenProducts(lookup, width) : null;

    /// <summary>There are new parameters.</summary>
    public void Forget() => (_seen, _isMade) = (0, false);

    /// <summary>Whether the products are made already, or now because enough tokens have been seen with these parameters that it pays.</summary>
    /// <param name="count">Tokens of the pass that begins.</param>
    /// <param name="weight">(F, gates · H).</param>
    /// <param name="bias">(gates · H): what the products start with.</param>
    public bool Take(int count, PackedMatrix weight, ReadOnlySpan<float> bias)
    {
        _seen += count;
        if (_isMade || _seen < 2L * _lookup.Vocabulary) return _isMade;
        MatMul.MultiplyAddBias(_lookup.Vectors.Span, weight.K, _lookup.Vocabulary, weight, bias, _products.Span, _width);
        return _isMade = true;
    }

    /// <summary>Copies the products of neighbouring places.</summary>
    /// <param name="first">The first place of T · B.</param>
    /// <param name="gates">(T, B, gates · H).</param>
    public void Copy(int first, int count, Span<float> gates)
    {
        ReadOnlySpan<float> products = _products.Span;
        ReadOnlySpan<int> tokens = _lookup.Tokens;
        for (int i = first; i < first + count; i++)
            products.Slice(tokens[i] * _width, _width).CopyTo(gates.Slice(i * _width, _width));
    }
}
