using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

public sealed class TokenProductsTests
{
    private const int Vocabulary = 7, Features = 5, Width = 12;

    /// <summary>What a place has must not depend on how many others there are.</summary>
    [Fact]
    public void A_place_has_the_bits_of_its_own_product()
    {
        var (input, products) = Create();
        var weight = Weight(1);
        const int Stride = Width + 3;
        float[] bias = Pseudorandom.Floats(Width, 2), expected = Pseudorandom.Floats(10 * Stride, 4), gates = Pseudorandom.Floats(10 * Stride, 4);
        Assert.True(products.Take(2 * Vocabulary, weight, bias));
        for (int i = 0; i < 10; i++)
        {
            input.Lookup!.Vectors.Span.Slice(input.Lookup.Tokens[i] * Features, Features).CopyTo(input.Values[(i * Features)..]);
            MatMul.MultiplyAddBias(input.Values[(i * Features)..], Features, 1, weight, bias, expected.AsSpan(i * Stride), Stride);
        }

        products.Copy(0, 4, gates, Stride);
        products.Copy(4, 6, gates, Stride);
        SameBits.Assert(expected, gates);
    }

    [Fact]
    public void Products_are_made_when_enough_tokens_were_seen_with_the_same_parameters()
    {
        var (_, products) = Create();
        var weight = Weight(1);
        float[] bias = new float[Width];
        Assert.False(products.Take((2 * Vocabulary) - 1, weight, bias));
        Assert.True(products.Take(1, weight, bias));
        Assert.True(products.Take(1, weight, bias));
        products.Forget();
        Assert.False(products.Take(1, weight, bias));
    }

    [Theory]
    [InlineData(Features + 4, true)]
    [InlineData(Features + 5, false)]
    public void A_vocabulary_of_more_memory_than_the_weights_has_none(int vocabulary, bool has)
    {
        var tokens = new SignalBuffer(1, 1, Shape.Tokens(vocabulary), needsGradient: false);
        var input = new SignalBuffer(1, 1, new Shape(Features), needsGradient: false) { Lookup = new TokenLookup(tokens, vocabulary, Features) };
        Assert.Equal(has, TokenProducts.Create(input, units: 4, Width) is not null);
        Assert.Null(TokenProducts.Create(new SignalBuffer(1, 1, new Shape(Features), needsGradient: false), units: 4, Width));
    }

    /// <summary>In the first pass there are too few tokens for products, so the values are copied;
    /// in the second they are not needed, and a changed one changes nothing.</summary>
    [Fact]
    public void A_recurrent_layer_reads_them_instead_of_the_values()
    {
        foreach (Recurrent cell in new Recurrent[]
        {
            new SimpleRnn(4, true), new Lstm(4, true), new Gru(4, true) { Bidirectional = true }, new MinGru(4, true),
            new MinLstm(4, true) { Bidirectional = true },
        })
        {
            var (input, _) = Create();
            var filled = new SignalBuffer(5, 2, new Shape(Features), needsGradient: false);
            input.Lookup!.CopyTo(input.Lookup.Tokens, filled.Values);
            float[] expected = Forward(filled, hasState: false, out var ofValues), ofCopies = Forward(input, hasState: false, out var ofTokens);
            SameBits.Assert(expected, ofCopies);
            Assert.True(input.Lookup.SkipsValues);
            foreach (bool hasState in new[] { false, true })
            {
                input.Values.Fill(float.NaN);
                SameBits.Assert(Again(ofValues, hasState), Again(ofTokens, hasState));
                Assert.All(input.Values.ToArray(), value => Assert.True(float.IsNaN(value)));
            }

            float[] Forward(SignalBuffer read, bool hasState, out Layer pass)
            {
                var layout = new ParameterLayout();
                cell.Declare(layout, "cell.", [read.Shape]);
                pass = cell.CreateLayer(new PassSetup([read], 2, Training: false, 0, IsLast: true, "cell.", layout));
                pass.Prepare(Pseudorandom.Floats(layout.Length, 4));
                return Again(pass, hasState);
            }

            static float[] Again(Layer pass, bool hasState)
            {
                pass.Forward(new PassContext(2, 0, false, 0, 0, hasState, pass.StateWidth), hasState ? Pseudorandom.Floats(2 * pass.StateWidth, 6) : [], []);
                return pass.Output.Values.ToArray();
            }
        }
    }

    private static (SignalBuffer Input, TokenProducts Products) Create()
    {
        var tokens = new SignalBuffer(5, 2, Shape.Tokens(Vocabulary), needsGradient: false);
        for (int i = 0; i < tokens.Tokens.Length; i++) tokens.Tokens[i] = i * i % Vocabulary;
        var input = new SignalBuffer(5, 2, new Shape(Features), needsGradient: false)
        {
            Lookup = new TokenLookup(tokens, Vocabulary, Features) { Vectors = Pseudorandom.Floats(Vocabulary * Features, 3) },
        };
        return (input, TokenProducts.Create(input, units: 4, Width)!);
    }

    private static PackedMatrix Weight(uint seed)
    {
        var weight = new PackedMatrix(Features, Width);
        weight.Pack(Pseudorandom.Floats(Features * Width, seed));
        return weight;
    }
}
