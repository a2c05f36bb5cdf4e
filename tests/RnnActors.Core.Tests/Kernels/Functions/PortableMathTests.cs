using RnnActors.Core.Kernels.Functions;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

public sealed class PortableMathTests
{
    private static void AssertWithin(double bound, double from, double to, Func<double, double> function, Func<double, double> exact)
    {
        for (int i = 0; i <= 200_000; i++)
        {
            double x = from + ((to - from) * i / 200_000);
            double error = Ulp.Error(function(x), exact(x));
            Assert.True(error <= bound, $"At {x:R}: {error:F2} ulp.");
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(-708.39, 709.78)]
    public void Exp_is_within_3_ulp(double from, double to) => AssertWithin(3, from, to, PortableMath.Exp, Math.Exp);

    [Theory]
    [InlineData(1e-320, 1e-305)]
    [InlineData(0.01, 3)]
    [InlineData(0.99999, 1.00001)]
    [InlineData(1, 1e300)]
    public void Log_is_within_3_ulp(double from, double to) => AssertWithin(3, from, to, PortableMath.Log, Math.Log);

    [Theory]
    [InlineData(-0.7, 0.7)]
    [InlineData(-6.2, 6.2)]
    [InlineData(1_000_000, 1_000_100)]
    public void Sin_and_cos_are_within_4_ulp(double from, double to)
    {
        AssertWithin(4, from, to, PortableMath.Sin, Math.Sin);
        AssertWithin(4, from, to, PortableMath.Cos, Math.Cos);
    }

    [Theory]
    [InlineData(0.999, 1, 0.999)]
    [InlineData(2, 10, 1024)]
    [InlineData(2, -2, 0.25)]
    [InlineData(0.5, 0, 1)]
    [InlineData(0.9, 100_000, 0)]
    public void Pow_multiplies(double x, long exponent, double expected) => Assert.Equal(expected, PortableMath.Pow(x, exponent));

    [Fact]
    public void Pow_agrees_with_the_exponential_of_the_logarithm()
    {
        for (long n = 1; n < 20_000; n += 37)
            Assert.Equal(PortableMath.Exp(n * PortableMath.Log(0.999)), PortableMath.Pow(0.999, n), 1e-12);
    }

    [Fact]
    public void Specials_are_right()
    {
        Assert.Equal(1, PortableMath.Exp(0));
        Assert.Equal(double.PositiveInfinity, PortableMath.Exp(710));
        Assert.Equal(0, PortableMath.Exp(double.NegativeInfinity));
        Assert.True(double.IsNaN(PortableMath.Exp(double.NaN)));
        Assert.Equal(0, PortableMath.Log(1));
        Assert.Equal(double.NegativeInfinity, PortableMath.Log(0));
        Assert.Equal(double.PositiveInfinity, PortableMath.Log(double.PositiveInfinity));
        Assert.True(double.IsNaN(PortableMath.Log(-1)));
        Assert.Equal(1, PortableMath.Cos(0));
        Assert.True(double.IsNaN(PortableMath.Sin(double.PositiveInfinity)));
        Assert.True(double.IsNaN(PortableMath.Cos(1e9)));
    }

    /// <summary>The bits themselves: another platform that differs in one fails here.</summary>
    [Fact]
    public void Bits_are_those_of_every_platform()
    {
        ulong hash = 14695981039346656037;
        for (int i = 1; i <= 1000; i++)
        {
            double x = i * 0.0371;
            foreach (double y in (double[])[PortableMath.Exp(x), PortableMath.Log(x), PortableMath.Sin(x), PortableMath.Cos(x)])
                hash = (hash ^ BitConverter.DoubleToUInt64Bits(y)) * 1099511628211;
        }

        Assert.Equal(3838961711405058751UL, hash);
    }
}
