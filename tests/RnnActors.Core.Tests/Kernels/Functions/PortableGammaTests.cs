using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

public class PortableGammaTests
{
    private const double Euler = 0.57721566490153286061;

    [Fact]
    public void The_gamma_function_of_whole_numbers_is_the_factorial()
    {
        double log = 0, harmonic = 0;
        for (int n = 1; n < 200; n++)
        {
            Assert.Equal(log, PortableGamma.LogGamma(n), 1e-14 * (1 + log));
            Assert.Equal(harmonic - Euler, PortableGamma.Digamma(n), 1e-14 * (1 + harmonic));
            log += Math.Log(n);
            harmonic += 1.0 / n;
        }
    }

    [Theory]
    [InlineData(0.5, 0.57236494292470008707, -1.9635100260214234794)]
    [InlineData(0.25, 1.2880225246980774573, -4.2274535333762654081)]
    [InlineData(1e-8, 18.420680738180208905, -100000000.57721564845)]
    [InlineData(1234.5, 7550.550901077896, 7.1180162318279985)]
    public void Known_values_come_out(double x, double log, double slope)
    {
        Assert.Equal(log, PortableGamma.LogGamma(x), 1e-13 * Math.Max(1, Math.Abs(log)));
        Assert.Equal(slope, PortableGamma.Digamma(x), 1e-13 * Math.Max(1, Math.Abs(slope)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void Where_it_is_not_defined_there_is_no_number(double x)
    {
        Assert.True(double.IsNaN(PortableGamma.LogGamma(x)));
        Assert.True(double.IsNaN(PortableGamma.Digamma(x)));
    }

    [Fact]
    public void Differences_are_those_of_the_functions_and_keep_their_digits()
    {
        foreach (double x in (double[])[0.1, 3, 9.99, 10, 50])
        {
            foreach (double d in (double[])[0, 0.5, 4, 300])
            {
                Assert.Equal(PortableGamma.LogGamma(x + d) - PortableGamma.LogGamma(x) - (d * Math.Log(x)), PortableGamma.LogRising(x, d), 1e-11 * (1 + d));
                Assert.Equal(PortableGamma.Digamma(x + d) - PortableGamma.Digamma(x), PortableGamma.DigammaDifference(x, d), 1e-13 * (1 + (d / x)));
            }
        }

        // Γ(x + ½) / (Γ(x)·√x) = 1 - 1/8x + …
        Assert.Equal(-1 / 8e10, PortableGamma.LogRising(1e10, 0.5), 1e-15);
        Assert.Equal(0.5e-10, PortableGamma.DigammaDifference(1e10, 0.5), 1e-16);
    }

    [Fact]
    public void The_incomplete_beta_function_is_that_of_closed_forms()
    {
        foreach (double x in (double[])[0, 0.01, 0.3, 0.5, 0.9, 0.999, 1])
        {
            foreach (double a in (double[])[0.3, 1, 7, 400])
            {
                Assert.Equal(Math.Pow(x, a), PortableGamma.RegularizedBeta(a, 1, x, 1 - x), 1e-12);
                Assert.Equal(1 - PortableGamma.RegularizedBeta(2.5, a, 1 - x, x), PortableGamma.RegularizedBeta(a, 2.5, x, 1 - x), 1e-12);
            }

            Assert.Equal(2 / Math.PI * Math.Asin(Math.Sqrt(x)), PortableGamma.RegularizedBeta(0.5, 0.5, x, 1 - x), 1e-10);
        }
    }

    [Fact]
    public void Logarithms_near_one_keep_their_digits()
    {
        Assert.Equal(1e-20, PortableMath.Log1p(1e-20));
        Assert.Equal(1e-9 - 5e-19, PortableMath.Log1p(1e-9), 1e-24);
        Assert.Equal(Math.Log(3), PortableMath.Log1p(2), 1e-15);
        Assert.True(double.IsPositiveInfinity(PortableMath.Log1p(double.PositiveInfinity)));
        Assert.True(double.IsNaN(PortableMath.Log1p(double.NaN)));
    }

    /// <summary>Quantiles of the tables in books.</summary>
    [Theory]
    [InlineData(0.975, 3, 3.182446305284263)]
    [InlineData(0.9, 10, 1.372183641110336)]
    [InlineData(0.995, 2, 9.924843200918293)]
    [InlineData(0.975, 1e9, 1.959963984540054)]
    [InlineData(0.5, 4, 0)]
    public void Students_quantiles_are_those_of_tables(double level, double freedom, double expected)
    {
        Assert.Equal(expected, PortableQuantiles.StudentT(level, freedom), 1e-8);
        Assert.Equal(-expected, PortableQuantiles.StudentT(1 - level, freedom), 1e-8);
    }

    [Fact]
    public void A_quantile_of_counts_is_the_least_up_to_which_the_share_lies()
    {
        foreach (double mean in (double[])[1e-6, 0.2, 3, 150, 40_000])
        {
            foreach (double dispersion in (double[])[1e-6, 0.1, 1, 30])
            {
                foreach (double level in (double[])[0.025, 0.1, 0.5, 0.9, 0.975])
                {
                    double count = PortableQuantiles.NegativeBinomial(level, mean, dispersion);
                    Assert.True(PortableQuantiles.NegativeBinomialBelow(count, mean, dispersion) >= level);
                    Assert.True(count == 0 || PortableQuantiles.NegativeBinomialBelow(count - 1, mean, dispersion) < level);
                }
            }
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.0)]
    [InlineData(25)]
    public void Gamma_numbers_have_their_mean_and_variance(double shape)
    {
        var random = new RandomSequence(new PhiloxKey(7));
        Check(shape, shape, () => RandomVariates.Gamma(ref random, shape));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    [InlineData(9.9)]
    [InlineData(10)]
    [InlineData(200)]
    [InlineData(1e10)]
    public void Poisson_numbers_have_their_mean_and_variance_and_are_whole(double mean)
    {
        var random = new RandomSequence(new PhiloxKey(8));
        Check(mean, mean, () =>
        {
            double count = RandomVariates.Poisson(ref random, mean);
            Assert.Equal(Math.Floor(count), count);
            Assert.True(count >= 0);
            return count;
        });
    }

    private static void Check(double mean, double variance, Func<double> draw)
    {
        const int Draws = 40_000;
        double[] draws = [.. Enumerable.Range(0, Draws).Select(_ => draw())];
        double average = draws.Average(), squares = draws.Average(value => (value - average) * (value - average));
        Assert.InRange(average, mean - (0.025 * Math.Sqrt(variance)), mean + (0.025 * Math.Sqrt(variance)));
        Assert.InRange(squares, 0.93 * variance, 1.07 * variance);
    }
}
