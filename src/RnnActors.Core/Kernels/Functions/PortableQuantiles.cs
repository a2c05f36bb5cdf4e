namespace RnnActors.Core.Kernels.Functions;

/// <summary>Distribution functions and their inverses from <see cref="PortableMath"/> and square roots: the same bits on all machines.</summary>
public static class PortableQuantiles
{
    /// <summary>With more degrees of freedom, Student's quantiles equal the normal ones plus the first correction term.</summary>
    private const double AlmostNormal = 1e6;

    private const int MaxSteps = 200;

    /// <summary>The normal quantile of a level by algorithm AS 241 (Wichura 1988), with a relative error of about 1e-16.</summary>
    public static double Normal(double level)
    {
        if (!(level is > 0 and < 1)) return level == 0 ? double.NegativeInfinity : level == 1 ? double.PositiveInfinity : double.NaN;
        double q = level - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double near = 0.180625 - (q * q);
            return q * Polynomial(
                near, 3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3,
                1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                3.3430575583588128105e4, 2.5090809287301226727e3) / Polynomial(
                near, 1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
                2.8729085735721942674e4, 5.2264952788528545610e3);
        }

        double r = Math.Sqrt(-PortableMath.Log(q < 0 ? level : 1 - level));
        double value = r <= 5
            ? Polynomial(
                r - 1.6, 1.42343711074968357734, 4.63033784615654529590,
                5.76949722146069140550, 3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
                2.27238449892691845833e-2, 7.74545014278341407640e-4) / Polynomial(
                r - 1.6, 1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
                5.47593808499534494600e-4, 1.05075007164441684324e-9)
            : Polynomial(
                r - 5, 6.65790464350110377720, 5.46378491116411436990,
                1.78482653991729133580, 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                2.71155556874348757815e-5, 2.01033439929228813265e-7) / Polynomial(
                r - 5, 1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
                1.42151175831644588870e-7, 2.04426310338993978564e-15);
        return q < 0 ? -value : value;
    }

    /// <summary>The quantile of Student's t distribution with location 0 and scale 1: Newton's method from the normal quantile, kept inside bounds.</summary>
    public static double StudentT(double level, double freedom)
    {
        double z = Normal(level);
        if (level == 0.5 || !double.IsFinite(z) || double.IsNaN(freedom)) return double.IsNaN(freedom) ? freedom : z;
        double first = z + (((z * z * z) + z) / (4 * freedom));
        if (freedom > AlmostNormal) return first;
        double tail = level < 0.5 ? level : 1 - level, t = Math.Abs(first), low = 0, high = double.PositiveInfinity;
        double constant = PortableGamma.LogRising(freedom / 2, 0.5) - PortableGamma.HalfLogTwoPi;
        for (int step = 0; step < MaxSteps; step++)
        {
            double u = t * t / freedom, above = 0.5 * PortableGamma.RegularizedBeta(freedom / 2, 0.5, 1 / (1 + u), u / (1 + u));
            if (above > tail) low = t;
            else high = t;
            double density = PortableMath.Exp(constant - (0.5 * (freedom + 1) * PortableMath.Log1p(u))), next = t + ((above - tail) / density);
            if (!(next > low && next < high)) next = double.IsFinite(high) ? (low + high) / 2 : 2 * t;
            if (Math.Abs(next - t) <= 1e-14 * t) break;
            t = next;
        }

        return level < 0.5 ? -t : t;
    }

    /// <summary>The distribution function at <paramref name="count"/> of a negative binomial distribution with variance mean + dispersion·mean².</summary>
    public static double NegativeBinomialBelow(double count, double mean, double dispersion)
    {
        double spread = dispersion * mean;
        return count < 0 ? 0 : PortableGamma.RegularizedBeta(1 / dispersion, Math.Floor(count) + 1, 1 / (1 + spread), spread / (1 + spread));
    }

    /// <summary>The quantile of a negative binomial distribution by bisection: the smallest count whose distribution function reaches
    /// <paramref name="level"/>.</summary>
    public static double NegativeBinomial(double level, double mean, double dispersion)
    {
        if (!double.IsFinite(mean + dispersion)) return double.NaN;
        if (NegativeBinomialBelow(0, mean, dispersion) >= level) return 0;
        double deviation = Math.Sqrt(mean + (dispersion * mean * mean)), guess = Math.Floor(Math.Max(0, mean + (Normal(level) * deviation)));
        double low = 0, high = Math.Max(guess, 1), width = Math.Max(1, Math.Floor(deviation / 4));
        for (int step = 0; step < MaxSteps && NegativeBinomialBelow(high, mean, dispersion) < level; step++, width *= 2) (low, high) = (high, high + width);

        // The lower bound may lie far below the quantile. If the guess was not too low, the bound is raised before the interval is halved.
        for (double below = high - width; below > low; below -= width, width *= 2)
        {
            if (NegativeBinomialBelow(below, mean, dispersion) < level)
            {
                low = below;
                break;
            }

            high = below;
        }

        while (high - low > 1)
        {
            double middle = Math.Floor(low + ((high - low) / 2));
            if (middle <= low || middle >= high) break; // counts beyond 2⁵³
            if (NegativeBinomialBelow(middle, mean, dispersion) < level) low = middle;
            else high = middle;
        }

        return high;
    }

    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        double sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--) sum = (sum * x) + coefficients[i];
        return sum;
    }
}
