using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

[Collection(VectorWidthTests.Name)]
public sealed class ElementaryFunctionTests
{
    private delegate void Function(ReadOnlySpan<float> source, Span<float> destination);

    private const double SmallestNormal = 1.1754943508222875e-38;

    private static readonly float[] Everything = FloatSamples.OfEveryExponent(3001);

    private static (Function Apply, Func<double, double> Exact, double Bound) Named(string name) => name switch
    {
        "exp" => (Exp.Apply, x => Flush(Math.Exp(x)), 1.57),
        "log" => (Log.Apply, Math.Log, 0.9),
        "tanh" => (Tanh.Apply, Math.Tanh, 2.52),
        "sigmoid" => (Sigmoid.Apply, x => Flush(1 / (1 + Math.Exp(-x))), 3.51),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static double Flush(double y) => y < SmallestNormal ? 0 : y;

    private static void AssertWithin(string name, float[] x)
    {
        (Function apply, Func<double, double> exact, double bound) = Named(name);
        var y = new float[x.Length];
        apply(x, y);
        (double worst, float at) = (0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            double error = Ulp.Error(y[i], exact(x[i]));
            if (error > worst) (worst, at) = (error, x[i]);
        }

        Assert.True(worst <= bound, $"{name}({at:R}) is {worst:F3} ulp off; the bound is {bound}.");
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("log")]
    [InlineData("tanh")]
    [InlineData("sigmoid")]
    public void Every_exponent_is_within_the_bound(string name) => AssertWithin(name, Everything);

    [Theory]
    [InlineData("exp", -88, 89)]
    [InlineData("log", 0.5f, 2)]
    [InlineData("log", 0.999f, 1.001f)]
    [InlineData("tanh", -10, 10)]
    [InlineData("tanh", 0.1f, 0.6f)]
    [InlineData("sigmoid", -88, 20)]
    [InlineData("sigmoid", -2, 2)]
    public void The_range_that_matters_is_within_the_bound(string name, float from, float to) =>
        AssertWithin(name, FloatSamples.Between(from, to, 500_001));

    [Theory]
    [InlineData("exp")]
    [InlineData("log")]
    [InlineData("tanh")]
    [InlineData("sigmoid")]
    public void Every_width_gives_the_same_bits(string name)
    {
        float[] x = FloatSamples.OfEveryExponent(101);
        VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
        {
            var y = new float[x.Length];
            Named(name).Apply(x, y);
            return y;
        });
    }

    /// <summary>The bits themselves: a platform, or a change, that differs in one fails here.</summary>
    [Theory]
    [InlineData("exp", 6389980116654004381)]
    [InlineData("log", 6267361690566594734)]
    [InlineData("tanh", 14369500367273600850)]
    [InlineData("sigmoid", 15658376432698774695)]
    public void Bits_are_those_of_every_platform(string name, ulong expected)
    {
        float[] x = [.. FloatSamples.OfEveryExponent(101).Where(v => !float.IsNaN(v) && !(name == "log" && v < 0))];
        var y = new float[x.Length];
        Named(name).Apply(x, y);
        ulong hash = 14695981039346656037;
        foreach (float value in y) hash = (hash ^ BitConverter.SingleToUInt32Bits(value)) * 1099511628211;
        Assert.Equal(expected, hash);
    }

    [Fact]
    public void Not_a_number_stays_so_whatever_its_bits()
    {
        float[] x = [.. Enumerable.Range(1, 1000).Select(i => BitConverter.Int32BitsToSingle(0x7F80_0000 + (i * 7919)))];
        var y = new float[x.Length];
        foreach (string name in new[] { "exp", "log", "tanh", "sigmoid" })
        {
            Named(name).Apply(x, y);
            Assert.All(y, value => Assert.True(float.IsNaN(value), name));
        }
    }

    [Fact]
    public void Tanh_of_tiny_numbers_is_the_number_itself_with_its_sign()
    {
        float[] x = [0, -0f, float.Epsilon, -float.Epsilon, 1e-40f, -1e-38f, 3e-10f];
        var y = new float[x.Length];
        Tanh.Apply(x, y);
        SameBits.Assert(x, y);
    }

    [Fact]
    public void Tanh_never_leaves_one_and_reaches_it()
    {
        float[] x = FloatSamples.Between(6, 12, 400_001);
        var y = new float[x.Length];
        Tanh.Apply(x, y);
        Assert.All(y, value => Assert.True(value <= 1));
        Assert.Equal(1, y[^1]);
    }

    [Fact]
    public void Specials_are_exact()
    {
        static float At(string name, float x)
        {
            var y = new float[1];
            Named(name).Apply([x], y);
            return y[0];
        }

        Assert.Equal(1, At("exp", 0));
        Assert.Equal(0, At("exp", -100));
        Assert.Equal(0, At("exp", float.NegativeInfinity));
        Assert.Equal(float.PositiveInfinity, At("exp", 89));
        Assert.Equal(0, At("log", 1));
        Assert.Equal(float.NegativeInfinity, At("log", -0f));
        Assert.Equal(float.PositiveInfinity, At("log", float.PositiveInfinity));
        Assert.True(float.IsNaN(At("log", -1)));
        Assert.Equal(0.5f, At("sigmoid", 0));
        Assert.Equal(0, At("sigmoid", -100));
        Assert.Equal(1, At("sigmoid", float.PositiveInfinity));
        Assert.Equal(0, At("sigmoid", float.NegativeInfinity));
        Assert.Equal(-1, At("tanh", float.NegativeInfinity));
    }
}
