using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Layers;

/// <summary>
/// The products of a recurrent layer's input over an embedding, computed once per token of the vocabulary instead of once per position. A product has the same
/// bits at every position, so this only saves time.
/// </summary>
internal sealed class TokenProducts
{
    private readonly TokenLookup _lookup;
    private readonly int _width, _units;
    private readonly AlignedBuffer _products;
    private long _seen;
    private bool _isMade;

    /// <param name="units">H.</param>
    /// <param name="width">gates · H.</param>
    private TokenProducts(TokenLookup lookup, int units, int width)
    {
        (_lookup, _units, _width) = (lookup, units, width);
        _products = new AlignedBuffer(checked(lookup.Vocabulary * width));
    }

    /// <returns>Null where the input is not an embedding, or the products of its vocabulary would take more memory than the layer's weights.</returns>
    /// <param name="units">H.</param>
    public static TokenProducts? Create(SignalBuffer input, int units, int width) =>
        input.Lookup is { } lookup && lookup.Vocabulary <= input.Features + units ? new TokenProducts(lookup, units, width) : null;

    /// <summary>Invalidates the products: the parameters have changed.</summary>
    public void Forget() => (_seen, _isMade) = (0, false);

    /// <summary>Whether the products can be used. They are computed once enough tokens were seen with these parameters for it to pay.</summary>
    /// <param name="count">Tokens of the pass that begins.</param>
    /// <param name="weight">(F, gates · H).</param>
    /// <param name="bias">(gates · H): the bias that the products start with.</param>
    public bool Take(int count, PackedMatrix weight, ReadOnlySpan<float> bias)
    {
        _seen += count;
        if (_isMade || _seen < 2L * _lookup.Vocabulary) return _isMade;
        MatMul.MultiplyAddBias(_lookup.Vectors.Span, weight.K, _lookup.Vocabulary, weight, bias, _products.Span, _width);
        return _isMade = true;
    }

    /// <summary>Copies the products of consecutive positions.</summary>
    /// <param name="first">The first position.</param>
    /// <param name="gates">(T, B, gates · H), rows <paramref name="stride"/> apart.</param>
    public void Copy(int first, int count, Span<float> gates, int stride)
    {
        var work = new Copying(_products.Span, _lookup.Tokens.Slice(first, count), gates[(first * stride)..], stride, _width / _units, _units);
        ThreadTeam.Run(ref work, (long)count * _width, ThreadTeam.MinElements);
    }

    /// <param name="gates">(tokens, gates · H), rows <paramref name="stride"/> apart.</param>
    /// <param name="count">Number of gates.</param>
    private readonly ref struct Copying(ReadOnlySpan<float> products, ReadOnlySpan<int> tokens, Span<float> gates, int stride, int count, int units) : ITeamWork
    {
        private readonly ReadOnlySpan<float> _products = products;
        private readonly ReadOnlySpan<int> _tokens = tokens;
        private readonly Span<float> _gates = gates;

        /// <summary>Copies, of each gate, the units that the same thread will compute next.</summary>
        public void Compute(int part, int parts)
        {
            int width = count * units, group = parts == 1 ? width : units;
            var (first, length) = ThreadTeam.PartOf(group, Vectors.WidestPanel, part, parts);
            for (int i = 0; i < _tokens.Length; i++)
            {
                for (int at = first; at < width; at += group)
                    _products.Slice((_tokens[i] * width) + at, length).CopyTo(_gates[((i * stride) + at)..]);
            }
        }
    }
}
