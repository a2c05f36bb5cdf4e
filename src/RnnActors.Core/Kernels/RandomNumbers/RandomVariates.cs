using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Kernels.RandomNumbers;

/// <summary>
/// Samples of other distributions from a <see cref="RandomSequence"/>, the same bits on every platform. Parameters that are not finite give NaN, never an
/// endless loop.
/// </summary>
public static class RandomVariates
{
    /// <summary>Above this mean, counts are drawn from a normal distribution.</summary>
    private const double AlmostNormal = 1e9;

    /// <summary>Gamma with scale 1. Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).</summary>
    public static double Gamma(ref RandomSequence random, double shape)
    {
        if (!(shape > 0) || !double.IsFinite(shape)) return double.NaN;
        if (shape < 1) return Gamma(ref random, shape + 1) * PortableMath.Exp(PortableMath.Log(1 - random.NextDouble()) / shape);
        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextGaussian(), root = 1 + (c * x);
            if (root <= 0) continue;
            double v = root * root * root, u = 1 - random.NextDouble();
            if (PortableMath.Log(u) < (0.5 * x * x) + (d * (1 - v + PortableMath.Log(v)))) return d * v;
        }
    }

    /// <summary>
    /// A Poisson count. Small means use Knuth's product of uniform numbers; others PTRS of Hörmann, "The transformed rejection method for generating Poisson
    /// random variables" (1993).
    /// </summary>
    public static double Poisson(ref RandomSequence random, double mean)
    {
        if (!(mean >= 0) || !double.IsFinite(mean)) return double.NaN;
        if (mean > AlmostNormal) return Math.Floor(mean + (Math.Sqrt(mean) * random.NextGaussian()) + 0.5);
        if (mean < 10)
        {
            double min = PortableMath.Exp(-mean), product = 1 - random.NextDouble();
            int count = 0;
            for (; product > min; count++) product *= 1 - random.NextDouble();
            return count;
        }

        double b = 0.931 + (2.53 * Math.Sqrt(mean)), a = -0.059 + (0.02483 * b), inverse = 1.1239 + (1.1328 / (b - 3.4));
        double squeeze = 0.9277 - (3.6224 / (b - 2)), log = PortableMath.Log(mean);
        while (true)
        {
            double u = random.NextDouble() - 0.5, v = 1 - random.NextDouble(), us = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / us) + b) * u) + mean + 0.43);
            if (us >= 0.07 && v <= squeeze) return k;
            if (!(k >= 0) || (us < 0.013 && v > us)) continue;
            if (PortableMath.Log(v * inverse / ((a / (us * us)) + b)) <= (k * log) - mean - PortableGamma.LogGamma(k + 1)) return k;
        }
    }
}
